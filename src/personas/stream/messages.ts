// Sentences about workers behind Redis: to the operator, and to people who read a step. Text only.
import { formatDuration, oneLine } from '../../support/index.ts';

/** Sentences. */
export const streamMessages = {
  noLibrary: (problem: string) => `Cannot load @redis/client, which speaks to Redis: ${oneLine(problem, 200)}`,
  noLibraryHint: () => 'Install Troupe again with all of its packages: `npm install @redis/client`',
  asks: (persona: string) => `Waits for a worker of ${persona}`,
  unreachable: (host: string, why: string) => `Redis at ${host} could not be reached: ${oneLine(why, 200)}`,
  waits: (ms: number) => `Redis does not answer: tries again in ${formatDuration(Math.max(1_000, ms))}`,
  forgotten: (host: string) =>
    `Redis at ${host} has neither the request nor an answer any more: it lost its data. \`appendonly yes\` in its configuration keeps them`,
  badAddress: (name: string) => `The \`url\` of provider "${name}" is no address of Redis`,
  badAddressHint: () =>
    'Write `redis://host:6379`, or `rediss://…` over TLS, without a password: `key:` names the variable that holds it',
  plain: (name: string) =>
    `Provider "${name}" would send prompts and its password to another machine where anybody can read them`,
  plainHint: () => 'Use `rediss://…`, or write `allow_plain: true` where the way there is your own',
  notSet: (name: string, variable: string) => `Provider "${name}" has no password for Redis: ${variable} is not set`,
  notSetHint: (variable: string) => `Set ${variable} where Troupe is started`,
  poison: (deliveries: number) =>
    `${deliveries} workers were given this request and none came back with an answer: it is given up`,
};
