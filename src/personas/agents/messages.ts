// Sentences about agents that people have installed: what they have to pay with, what is missing, what mends it. Names no secret.
import type { Agent } from './agent.ts';

/** Why a log-in that is there is not handed over. */
const keptBecause = {
  github: 'it is a GitHub token, and an agent holds none',
  renews: 'it renews itself, and a copy that does so takes it from you',
} as const;

/** Sentences. Paths come in as people write them. */
export const agentMessages = {
  key: (variable: string) => `key in ${variable}`,
  logIn: (file: string, minutes: number | undefined) =>
    `log-in in ${file}${minutes === undefined ? '' : `, good for ${spanOf(minutes)}`}`,
  unknownAccess: () => 'what it pays with is its own business',
  none: ({ keys, logIn }: Agent) =>
    `no key (${keys.join(', ')})${logIn === undefined || logIn.kept !== undefined ? '' : ' and no log-in'}`,
  noneHint: ({ keys, logIn }: Agent) =>
    `Set ${keys[0] ?? ''}${logIn === undefined ? '' : `${logIn.kept === undefined ? ', or' : ':'} ${logIn.renew}`}`,
  expired: (file: string) => `the log-in in ${file} has ended`,
  expiredHint: ({ keys, logIn }: Agent) => `Renew it: ${logIn?.renew ?? ''}; or set ${keys[0] ?? ''}`,
  kept: (file: string, why: 'github' | 'renews') => `the log-in in ${file} is not handed over: ${keptBecause[why]}`,
  keptHint: ({ keys, logIn }: Agent) => `Set ${keys[0] ?? ''}: ${logIn?.renew ?? ''}`,
  alone: (program: string, wanted: string) =>
    `"${program}" works without "${wanted}": nothing is shown until it has ended, and its tools are chosen once, by the persona`,
  aloneHint: (install: string) => `For more: ${install}`,
  notFound: (program: string) => `"${program}" is not on the PATH`,
  noAdapter: (program: string, wanted: string) => `"${program}" is there; "${wanted}", which speaks for it, is not`,
  installHint: (install: string) => install,
  noVersion: (why: string) => `does not tell its version (${why})`,
};

function spanOf(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 1_440)} days`;
}
