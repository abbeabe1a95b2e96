// Sentences of controls, inbox and explain on a terminal.
import { isoTime, oneLine } from '../../support/index.ts';
import type { InboxEntry } from '../../store/index.ts';

/** A sentence made for a comment as a line of a terminal: no code spans, and commands as one types them here. */
export function plainLine(line: string, run: string): string {
  return line
    .replaceAll(
      /`\/troupe ([a-z]{1,40})(?: from)?\b([^`]*)`/g,
      (_all, verb: string, rest: string) => `troupe ${verb} ${run}${rest.replace(' @', ' --sha ')}`,
    )
    .replaceAll('`', '');
}

/** A delivery as one line. */
export function deliveryLine(entry: InboxEntry): string {
  const event = entry.action === null ? entry.event : `${entry.event}.${entry.action}`;
  const where = entry.number === null ? '' : ` #${entry.number}`;
  const note = firstLine(entry.lastError);
  return `${entry.state.padEnd(8)} ${entry.id}  ${isoTime(entry.receivedAt)}  ${event}${where}  ${entry.attempts} tried${note === '' ? '' : `  ${note}`}`;
}

/** What was decided about a delivery, line by line. */
export function decisionLines(entry: InboxEntry): string[] {
  const event = entry.action === null ? entry.event : `${entry.event}.${entry.action}`;
  const [reason = '', ...why] = (entry.lastError ?? '').split('\n');
  return [
    `${isoTime(entry.receivedAt)}  ${event}: ${entry.state}${reason === '' ? '' : `, ${reason}`}`,
    ...why.map((line) => `  ${line}`),
  ];
}

/** Sentences about everything at once. */
export const haltMessages = {
  done: (halted: boolean, isNew: boolean): string => {
    if (halted)
      return isNew
        ? 'Everything is paused: nothing begins, and what was at work has ended. `troupe resume --all` lets it go on.'
        : 'Everything is paused already.';
    return isNew ? 'Everything goes on.' : 'Nothing is paused by an operator.';
  },
  holds: (login: string, since: string, reason: string | null): string =>
    `Everything is paused by ${login} since ${since}${reason === null ? '' : `: ${reason}`}. \`troupe resume --all\` lets it go on.`,
  runOrAll: 'Name a run, or say --all',
  runOrAllHint: '`troupe runs` lists the runs; `--all` is about everything that is driven here.',
};

/** Sentences of the inbox and of explain. */
export const inboxMessages = {
  empty: (state: string): string => `There is no delivery that is ${state}`,
  unknown: (id: string): string => `There is no delivery "${id}"`,
  unknownHint: '`troupe inbox list --state dead` shows those that were given up.',
  badState: (state: string): string => `"${state}" is no state of a delivery`,
  badStateHint: 'new, working, done, ignored, dead',
  retried: (id: string): string => `${id} is handled again`,
  notRetried: (id: string): string => `${id} is not waiting and was not given up: nothing to try again`,
  badIssue: (text: string): string => `"${text}" is not owner/repo#number`,
  nothing: (issue: string): string => `Nothing came for ${issue} in the time the inbox remembers`,
  runs: 'runs:',
  events: 'events, newest first:',
};

function firstLine(text: string | null): string {
  return oneLine((text ?? '').split('\n')[0] ?? '', 100);
}
