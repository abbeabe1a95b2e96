// What an analysis says of a workflow.

/** Sentences of the analysis. */
export const analysisTexts = {
  noBudget: 'Nothing in the file limits what a run costs; `budget: { cost_usd: 5 }` does.',
  unproven:
    'The work is handed over without a step that expects tests: nothing proves it. A step with `expect: [tests]`, or the persona qa-engineer, does.',
  noTimeout: (name: string) => `"${name}" has no timeout: an attempt may take an hour.`,
  mayFail: (name: string) => `"${name}" may fail and the run goes on.`,
  manyAttempts: (name: string, attempts: number) => `"${name}" is asked up to ${attempts} times.`,
  rework: (name: string, target: string, looks: number) =>
    `"${name}" looks up to ${looks} times, and each time may send \`${target}\` and what follows it back.`,
} as const;
