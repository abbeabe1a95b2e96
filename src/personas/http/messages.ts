// Sentences about services over HTTP that play personas: to the operator, and to people who read a step. Text only.
import { formatDuration, oneLine } from '../../support/index.ts';

function told(detail: string): string {
  const words = oneLine(detail, 400).replace(/[.:]$/, '');
  return words === '' ? '' : `: ${words}`;
}

/** Sentences. What the other side wrote comes in redacted. */
export const httpMessages = {
  asks: (host: string) => `Asks ${host}`,
  waits: (ms: number, said: string) =>
    `Waits ${formatDuration(Math.max(1_000, ms))} and sends the request again: ${oneLine(said, 160)}`,
  accepted: (host: string, how: 'poll' | 'callback') =>
    how === 'poll'
      ? `${host} has taken the request; its answer is looked for`
      : `${host} has taken the request, and calls back`,
  refused: (host: string, status: number, detail: string) => `${host} answered HTTP ${status}${told(detail)}`,
  unreachable: (host: string, why: string) => `${host} could not be reached${told(why)}`,
  timeout: (host: string, ms: number) => `${host} had no answer within ${formatDuration(Math.max(1_000, ms))}`,
  tooLarge: (host: string, most: number) => `${host} answered with more than ${most} bytes`,
  redirected: (host: string) =>
    `${host} redirects the request. Write the address that it redirects to: a request with its key is carried nowhere else`,
  empty: (host: string, status: number) => `${host} answered HTTP ${status} with nothing in it: that is no result`,
  nowhere: (host: string) =>
    `${host} took the request with HTTP 202 and told no \`Location\`, and it was given no address to call back: nobody would hear of its answer. It needs to answer with a \`Location\`, or Troupe a public address`,
  mayNotWait: (host: string) =>
    `${host} took the request with HTTP 202, and \`strategy: immediate\` wants the answer itself`,
  elsewhere: (host: string, other: string) =>
    `${host} named ${oneLine(other, 100)} as the place of its answer: only addresses of its own host are asked`,
  notPolled: (host: string) => `${host} named a place of its answer, and \`strategy: callback\` wants it to call back`,
  gone: (host: string, status: number) => `${host} does not have the answer any more (HTTP ${status})`,
  busy: (host: string) => `${host} is still at work on this request`,

  badAddress: (name: string) => `The \`url\` of provider "${name}" is no address that Troupe can use`,
  badAddressHint: () => 'Write `https://…` without a user name, a password or a fragment',
  plainHttp: (name: string) =>
    `Provider "${name}" would send its requests and its key over plain HTTP to another machine`,
  plainHttpHint: () => 'Use https, or write `allow_http: true` where the way there is your own',
  notSet: (name: string, what: string, variable: string) =>
    `Provider "${name}" sends ${what} from ${variable}, which is not set`,
  notSetHint: (variable: string) => `Set ${variable} where Troupe is started`,
  badSecret: (name: string, variable: string) => `The signing secret of provider "${name}" in ${variable} is none`,
  badSecretHint: () => 'Standard Webhooks has them as `whsec_` and 24 to 64 random bytes in base64',
};
