// Sentences about models over HTTP: to the operator, to people who watch, and to the model. Text only.
import { formatDuration, oneLine } from '../../support/index.ts';
import type { PersonaTool } from '../model/types.ts';

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Sentences. What the other side wrote comes in redacted. */
export const llmMessages = {
  noLibrary: (library: string, problem: string) =>
    `Cannot load ${library}, which speaks to the model: ${oneLine(problem, 200)}`,
  noLibraryHint: (library: string) => `Install Troupe again with all of its packages: \`npm install ${library} ai\``,
  endless: () => 'the model wrote more than an answer has to say',
  calledAgain: () => 'the model called a tool where it was to hand in its result',
  brokenOff: () => 'its answer broke off in the middle',
  keyHint: () => 'Check the key, and what it may be used for',
  creditHint: () => 'The account has no credit left for it: waiting does not help',
  modelHint: () => 'Check the name of the model and `base_url`',
  longHint: () =>
    'The conversation is longer than the model can hold: choose one with more context, or let the persona read less',
  failed: (who: string, said: string, hint: string | undefined) => {
    const words = oneLine(said, 400).replace(/[.:]$/, '');
    return `${who} answered: ${words === '' ? 'nothing' : words}${hint === undefined ? '' : `. ${hint}`}`;
  },
  refused: (status: number, said: string) => (status === 0 ? said : `HTTP ${status}: ${said}`),
  who: (title: string, model: string) => `${title} (${model})`,
  timeout: (who: string, ms: number) =>
    `${who} had no result within ${formatDuration(ms < 1_000 ? ms : Math.ceil(ms / 1_000) * 1_000)}`,
  cut: () =>
    'the answer was cut off before its end: the model may write no more at once. Answer shorter; an operator may raise `max_output_tokens`',
  nothing: () => 'the answer is empty',
  filtered: () => 'a filter of the vendor kept the answer back',
  outOfRequests: (most: number) => `the model used all ${most} requests and handed in no result`,
  asks: (model: string, count: number) => (count === 1 ? `Asks ${model}` : `Asks ${model} (request ${count})`),
  waits: (ms: number, said: string) =>
    `Waits ${formatDuration(Math.max(1_000, ms))} and asks again: ${oneLine(said, 160)}`,
  plainer: () => 'The endpoint takes no schema for the answer: asks for it in words',
  budget: (what: string) => `The next request to the model would go beyond ${what}: it was not sent`,
  money: (dollars: string) => `the $${dollars} that are left`,
  tokens: (count: number) => `the ${count} tokens that are left`,
  place: (rules: string) =>
    rules === ''
      ? 'You work over an interface without files and without tools: this prompt is all that there is.'
      : rules,
  handIn: (isObject: boolean) =>
    isObject
      ? 'There is no TROUPE_RESULT_FILE here: your answer itself is the JSON object, and nothing stands around it.'
      : 'There is no TROUPE_RESULT_FILE here: end your answer with the JSON object in a fenced block whose info string is `json result`.',
  requests: (most: number) =>
    `You may answer at most ${most} times, calls of tools included; the last time is the result.`,
  last: () => 'This is your last answer: hand in the result now. Call no tool.',
  again: (problem: string) =>
    `You have not handed in a result that can be used: ${problem}. Hand in exactly one JSON object now, as you were told at the start. Call no tool. If the work is not done, its status is "fail".`,

  noKey: (name: string, variable: string) => `Provider "${name}" has no key for its model: ${variable} is not set`,
  noKeyHint: (variable: string) => `Set ${variable} where Troupe is started`,
  noKeyNamed: (name: string, title: string) => `Provider "${name}" names no key for ${title}`,
  noKeyNamedHint: (variable: string) => `Write \`key: ${variable}\`, the variable that holds it`,
  noHeader: (name: string, header: string, variable: string) =>
    `Provider "${name}" sends the header ${header} from ${variable}, which is not set`,
  noAddress: (name: string) => `Provider "${name}" has no address of its endpoint`,
  noAddressHint: () => 'Write `base_url`, for instance `http://127.0.0.1:11434/v1` for Ollama',
  badAddress: (name: string) => `The \`base_url\` of provider "${name}" is no address of a model that Troupe can use`,
  badAddressHint: () => 'Write `https://…` without a user name, a password or a fragment',
  plainHttp: (name: string) =>
    `Provider "${name}" would send the repository and its key over plain HTTP to another machine`,
  plainHttpHint: () => 'Use https, or write `allow_http: true` where the way there is your own',
  githubModels: (name: string) => `Provider "${name}" names GitHub Models, which was retired on 30 July 2026`,
  githubModelsHint: () =>
    'Use the preset copilot, or another endpoint: the presets openai, anthropic, google, xai, openai-compatible',
  noModel: (name: string) => `Provider "${name}" names no model, and neither does the persona`,
  noModelHint: () => 'Write `model:` in the provider, in the persona file or on the step',
  cannot: (name: string, persona: string, tools: readonly PersonaTool[]) =>
    `Provider "${name}" is a model without hands, and ${persona} is to use ${listed(tools)}`,
  cannotHint: () =>
    'Give it to an agent program, or write `tools: [read, search]` in the persona file where it only plans, reviews or judges',
  noWeb: (name: string, persona: string) =>
    `Provider "${name}" looks nothing up in the network, which ${persona} may do`,
  noWebHint: () => 'It works without: take `web` out of `tools` where that is meant',
};
