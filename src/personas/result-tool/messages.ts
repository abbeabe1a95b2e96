// What an agent is told about the tool with which it hands in its result.

/** Sentences for a model. */
export const resultToolMessages = {
  description: () =>
    'Hand in the result of your work. Call it once, when the work is done or cannot be done. If something is wrong with the result, you are told what: correct it and call it again.',
  status: () => '"pass" if the work is done and right, "fail" if it is not.',
  summary: () => 'One to five sentences for the people who read the pull request.',
  outputs: () => 'What later steps need, as the task says.',
  findings: () => 'What was found, each at its place.',
  evidence: () => 'What you ran, and how it ended.',
  noop: () => 'The reason, if the right thing was to change nothing.',
  next: () => 'What should come next, where the task speaks of it: { "action", "questions" or "reason" }.',
  kept: () => 'Kept. You are done: end your turn now.',
  wrong: (problem: string) => `Not kept: ${problem}. Correct it and call submit_result again.`,
} as const;
