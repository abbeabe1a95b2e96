// What steps say of providers that are waited for, or left out for another one. Text only.
import type { ProviderState } from '../../engine/index.ts';
import type { Entry } from './provider-rules.ts';

/** `14:00 UTC`, with the day where it is another one. */
export function timeOf(at: number, now: number): string {
  const text = new Date(at).toISOString();
  const time = `${text.slice(11, 16)} UTC`;
  return text.slice(0, 10) === new Date(now).toISOString().slice(0, 10) ? time : `${text.slice(0, 10)} ${time}`;
}

/** Sentences about providers. */
export const healthMessages = {
  limit: (provider: string, time: string) => `The limit of ${provider} resets at ${time}`,
  failing: (provider: string, time: string) => `${provider} keeps failing: it is left alone until ${time}`,
  refused: (provider: string) => `the key of ${provider} was refused`,
  unknown: (provider: string) => `there is no provider ${provider}`,
  instead: (provider: string, other: string, why: string) => `${provider} instead of ${other}: ${why}`,
  asBefore: 'this step began with it',
  waitsForLimit: (provider: string, time: string) =>
    `The limit of ${provider} resets at ${time}: nobody asks it before. Nothing has to be done; a second provider in the list (\`provider: [${provider}, …]\`) would go on meanwhile`,
  waitsForFailing: (provider: string, time: string) =>
    `${provider} keeps failing: it is left alone until ${time}, then one request finds out whether it works again. \`troupe doctor\` looks at it`,
  waitsForProbe: (provider: string) => `${provider} kept failing: one request finds out whether it works again`,
  waitsForSlot: (provider: string, slots: number) => `Waits for a slot of ${provider}: ${slots} of ${slots} are busy`,
  tooLate: (provider: string, time: string) =>
    `The limit of ${provider} resets at ${time}, and this run may not go on for so long`,
  noWait: (provider: string, time: string) => `The limit of ${provider} resets at ${time}, and it is not waited for`,
  limitHint: (provider: string) =>
    `Start again after that, name a second provider (\`provider: [${provider}, …]\`), or raise \`budget.minutes\``,
  noWaitHint: (provider: string) =>
    `Start again after that, name a second provider (\`provider: [${provider}, …]\`), or take \`on_limit: fail\` out of the server file`,
  outOfTime: (provider: string) => `The time of the run was over before ${provider} could be asked`,
  outOfTimeHint: () => 'Raise `budget.minutes`, or `concurrency` of the provider in the server file',
} as const;

/** Why the step waits, for people. */
export function waitingWords(provider: string, entry: Extract<Entry, { kind: 'waits' }>, now: number): string {
  if (entry.why === 'slots') return healthMessages.waitsForSlot(provider, entry.slots);
  if (entry.why === 'probe') return healthMessages.waitsForProbe(provider);
  const time = timeOf(entry.opens, now);
  return entry.why === 'limit'
    ? healthMessages.waitsForLimit(provider, time)
    : healthMessages.waitsForFailing(provider, time);
}

/** A limit that resets so soon is waited for. */
const soonMs = 60_000;

/** Why another provider is asked; undefined: it can be asked. */
export function outWords(provider: string, { closed, refusedUntil }: ProviderState, now: number): string | undefined {
  if (closed !== undefined && closed.until > now + (closed.why === 'limit' ? soonMs : 0)) {
    const time = timeOf(closed.until, now);
    const said = closed.why === 'limit' ? healthMessages.limit(provider, time) : healthMessages.failing(provider, time);
    return said.charAt(0).toLowerCase() + said.slice(1);
  }
  return refusedUntil !== undefined && refusedUntil > now ? healthMessages.refused(provider) : undefined;
}
