// What host/ says to people.
import type { AgentHere } from '../personas/index.ts';

/** What is wrong in the operator's file, and where. */
interface SettingMistake {
  readonly where: string;
  readonly path: string;
  readonly problem: string;
  /** A key that is not known, and one that is like it. */
  readonly unknown?: string | undefined;
  readonly near?: string | undefined;
}

/** Sentences about the operator's file. */
export const serverFileMessages = {
  mistake({ where, path, problem, unknown, near }: SettingMistake): string {
    const at = path === '' ? 'the file' : `\`${path}\``;
    if (unknown === undefined) return `${where}: ${at} ${problem}.`;
    return `${where}: ${at} has an unknown key \`${unknown}\`${near === undefined ? '.' : `; did you mean \`${near}\`?`}`;
  },
};

/** Sentences about the providers. */
export const providerMessages = {
  mistakes: (
    problems: readonly {
      readonly provider: string;
      readonly message: string;
      readonly hint?: string;
      /** `troupe.config.yml:12:5`. */
      readonly place?: string | undefined;
    }[],
  ): string =>
    `The providers of the server file have mistakes:\n${problems
      .map(
        ({ provider, message, hint, place }) =>
          `${place ?? '-'}${place === undefined ? '' : ':'} ${provider}: ${message}${hint === undefined ? '' : `. ${hint}`}`,
      )
      .join('\n')}`,
  mistakesHint: (page: string): string => `Correct \`providers:\` in the server file; ${page} shows one of each kind.`,
};

/** Sentences about agents that were found. */
export const agentMessages = {
  chosen: (agent: AgentHere, able: readonly AgentHere[], passedOver: readonly string[]): string => {
    const others = able.filter(({ name }) => name !== agent.name).map(({ name }) => name);
    const why =
      passedOver.length > 0
        ? `the first that can play here (${passedOver.join('; ')})`
        : others.length === 0
          ? 'the only agent that was found ready'
          : `the first of ${able.length} that were found ready (${able.map(({ name }) => name).join(', ')})`;
    return `${agent.name}: ${why}; ${agent.program ?? ''}, ${agent.pays ?? ''}`;
  },
  nobodyHere: 'No agent is installed. Install one, log in or set its key, and try again:',
  nobodyAble: 'No agent can work yet:',
  toInstall: ({ name, lacks }: AgentHere): string => `  ${name.padEnd(12)} ${lacks.at(0)?.mend ?? ''}`,
  lacking: ({ name, program, lacks }: AgentHere): readonly string[] => [
    `  ${name} (${program ?? ''})`,
    ...lacks.flatMap(({ message, mend }) => [`    ✗ ${message}`, `      → ${mend}`]),
  ],
  unwalled: 'it asks nobody before it acts: it runs in tier 1 or 2 only, and bubblewrap does not work here',
  unwalledMend: 'see "sandbox"',
};

/** Sentences of the core. */
export const coreMessages = {
  sandboxRequired: (reason: string): string =>
    `The server file requires the sandbox, and bubblewrap does not work here: ${reason}`,
  wallsRuledOut: (wanted: 'fs' | 'gateway'): string =>
    `The sandbox \`${wanted}\` is asked for, and the server file says \`sandbox: off\``,
  wallsRuledOutHint: (wanted: 'fs' | 'gateway'): string =>
    wanted === 'fs'
      ? 'Take `sandbox: off` out of the server file, or `sandbox: fs` out of the persona file.'
      : 'Take `sandbox: off` out of the server file, or `gateway: { for }` there and `sandbox: gateway` in the persona file.',
  sandboxHint: 'Install bubblewrap and allow user namespaces (`troupe doctor` says how), or set `sandbox: auto`.',
};

/** Answers in the threads of a review. Words of personas come in quoted. */
export const reviewMessages = {
  done: (head: string, said: string): string => `Done in ${head}.${said === '' ? '' : `\n\n${said}`}`,
  unchanged: (said: string): string => `Nothing was changed for this.${said === '' ? '' : `\n\n${said}`}`,
  notDone: (run: string, status: string, reason: string): string =>
    `Not done: run \`${run}\` ended as ${status}.${reason === '' ? '' : `\n\n${reason}`}`,
};

/** Sentences of the control socket. */
export const controlMessages = {
  noRun: (verb: string): string => `\`${verb}\` needs a run.`,
};

/** What the log says of the house as a whole. Fixed; data stands in fields. */
export const hostMessages = {
  cannotWork: (provider: string, names: readonly string[]): string =>
    `"${provider}" cannot play for a bot elsewhere: it is no provider of this machine that answers at once. There are: ${names.join(', ') || 'none'}`,
  cannotWorkHint: 'Name one with `--provider`: an agent, a command, a model over HTTP',
  noWorkflows: (requestId: string): string =>
    `The workflows for the request ${requestId} cannot be reached: its run works in no repository where the App is installed`,
  workFailed: 'A request could not be worked on; whoever asked is told',
  workRefused: (files: string): string => `What was changed may not be: ${files}`,
  workTooLarge: (most: number): string => `What was changed takes more than ${most} bytes, which nobody takes over`,
  unreadableServerFile: (file: string, code: string): string =>
    `Cannot read the server file ${file}: ${{ EISDIR: 'it is a folder', EACCES: 'permission denied', ENOENT: 'it is not there' }[code] ?? code}`,
  unreadableServerFileHint: 'Name a file that this user may read with --config or TROUPE_CONFIG.',
  notClosed: 'What was open could not all be closed after a failed start',
  observerFailed: 'showing a run failed; it goes on',
  halted: 'Everything is paused: nothing begins, and what was at work has been ended',
  goesOn: 'Everything goes on again',
  notFollowed: 'An order to pause everything, or to go on, could not be followed to its end',
  tookBackUnknown:
    'Commits that a run had pushed after the backup were taken off its branch: their steps are done again',
  /** Of a check on a commit that is on no branch any more. */
  doneAgain: {
    title: 'Done again on another commit',
    summary:
      'Troupe was restored from a backup that is older than this commit: the step was done again, and its check stands on the commit that came of that.',
  },
  stoodStill: 'Nothing else was served for a while: one piece of work held the process',
  appended: 'Something happened to a run',
  ended: 'A run has ended',
};
