// Sentences about work that is done on another machine: to whoever runs a worker, and to people who read a step. Text only.
import { oneLine } from '../../support/index.ts';

/** Sentences. */
export const remoteMessages = {
  unreadable: (problem: string) =>
    `The worker cannot read the request: ${oneLine(problem, 300)}. Is its Troupe as new as the one that asks?`,
  notFetched: (problem: string) => `The worker could not fetch the code: ${oneLine(problem, 200)}`,
  refusedCode: (status: number) =>
    `The worker was refused the code with HTTP ${status}: the address is over, or it was made for another request`,
  refusedRequest: (status: number) =>
    `The request could not be fetched: Troupe answered HTTP ${status}. Its address was made for another request, or is not the one that it is reached at`,
  notHandedIn: (status: number) => `The answer was not taken: Troupe answered HTTP ${status}`,
  nobodyAnswers: (why: string) => `Troupe does not answer: ${oneLine(why, 200)}`,
  unsealed: () =>
    'The request was not sealed with the key of this job: somebody else dispatched the workflow, or the keys differ',
  unsealedHint: () =>
    'The secret of the repository has to be the value of the variable that `key:` of the provider names',
  otherCode: () => 'What the worker fetched is not the code that the request is about: its sha256 is another one',
};
