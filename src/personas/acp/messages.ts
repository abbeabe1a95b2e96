// Sentences about what an agent does, for people who watch it and for the agent itself. Names nobody but the agent.
import { oneLine } from '../../support/index.ts';
import type { AnsweredQuestion } from '../permissions/permission.ts';
import type { ToolCall } from './conversation.ts';

/** What an agent is doing, in the present. */
const verbs: Readonly<Record<string, string>> = {
  read: 'Reads',
  search: 'Searches',
  edit: 'Edits',
  execute: 'Runs',
  web: 'Looks up',
};

/** Sentences. What the agent wrote comes in cut. */
export const acpMessages = {
  otherVersion: (version: string) =>
    `It speaks version ${version} of the Agent Client Protocol; Troupe speaks version 1`,
  noSession: () => 'It began no session',
  notOffered: (what: string, wanted: string, offered: readonly string[]) =>
    `It has no ${what} "${wanted}"; it offers: ${offered.length === 0 ? 'none' : offered.join(', ')}`,
  started: (agent: string) => `Started ${agent}`,
  does({ tool, title, paths }: ToolCall): string {
    const verb = verbs[tool];
    const [path] = paths;
    // some name the tool before they know what it is used for
    const isBare = path === undefined && (title === '' || title.toLowerCase() === tool);
    if (verb === undefined || isBare) return oneLine(title === '' ? `Uses ${tool}` : `Uses ${title}`, 160);
    return oneLine(`${verb} ${tool === 'execute' || path === undefined ? title : path}`.trim(), 160);
  },
  asked: ({ question, answer, reason }: AnsweredQuestion) =>
    oneLine(
      `${answer === 'allow_once' ? 'May' : 'May not'} ${question.tool}${question.title === '' ? '' : ` (${oneLine(question.title, 80)})`}, because ${reason}`,
      240,
    ),
  handIn: () =>
    'If you have the tool `submit_result`, of the MCP server `troupe`, hand the object in by calling it, once, as the last thing you do: it tells you at once what is wrong with it, so that you can correct it and call it again. It takes the place of the file.',
  goOn: () =>
    'Your process was ended in the middle of your work, and you are started again in the same session; the files are as you left them. Go on where you were, do not begin anew. Variables such as TROUPE_RESULT_FILE have new values: read them again before you use them.',
  cannotGoOn: (agent: string) => `${agent} cannot go on with a session`,
  sessionLost: (agent: string, why: string) => `${agent} does not find its session again (${oneLine(why, 200)})`,
  goesOn: () => 'Goes on in the session of before',
  again: (problem: string) =>
    `You have not handed in a result that can be used: ${problem}. Hand in exactly one JSON object now, in the way that you were told at the start. Do nothing else. If the work is not done, its status is "fail".`,
  unfinished: (reason: string) => `the turn ended with "${oneLine(reason, 60)}" before the work was done`,
  failed: (program: string, message: string) => `"${program}" reported: ${oneLine(message, 500)}`,
  lastWords: (text: string) => `On its standard error, at the end:\n${text.trim()}`,
  ended: (program: string, how: string) =>
    `"${program}" ended in the middle of its work${how === '' ? '' : `: ${how}`}`,
  code: (code: number | null, signal: string | null) => (signal === null ? `exit code ${code ?? 'none'}` : signal),
  overran: (program: string) => `"${program}" wrote more than an agent has to say`,
  noKey: (name: string, why: string) => `Provider "${name}" has nothing to pay its model with: ${why}`,
  unwalled: (name: string) =>
    `The agent of provider "${name}" asks nobody before it acts: it runs behind bubblewrap only, which does not work here`,
  unwalledHint: () => '`troupe doctor` says what is missing for the sandbox',
  install: (install: string, hint: string) => `${install}. ${hint}`,
};
