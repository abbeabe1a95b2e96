// What is to be done about what stands against a run, for each host: on hosted runners, where the bot runs, at a desk. Pure text.
import type { RunSpec } from '../../engine/index.ts';
import { defined } from '../../support/index.ts';
import type { TroupeError } from '../../support/index.ts';
import type { Hindrance } from './types.ts';

type Host = RunSpec['host'];
type Mend = Pick<Hindrance, 'mend' | 'lines'>;

/** The two lines that let a hosted runner build the wall; `true`: a runner that forbids nothing has no such setting. */
export const wallCommands = [
  'sudo apt-get install -y bubblewrap',
  'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true',
] as const;

/** The step of a job that builds the wall, as every example has it. */
export const wallStep: readonly string[] = [
  '- name: Build the wall',
  '  run: |',
  '    sudo apt-get update -q',
  ...wallCommands.map((command) => `    ${command}`),
];

/** How walls are built. `or`: what a bot's operator may do instead. */
function build(host: Host, or: string): Mend {
  switch (host) {
    case 'action':
      return {
        mend: 'Hosted runners come without that wall. Put this step before the step of Troupe (on a runner of your own, ask whoever keeps it for bubblewrap)',
        lines: wallStep,
      };
    case 'cli':
      return { mend: 'Type this, then look with `troupe doctor`', lines: wallCommands };
    case 'bot':
      return {
        mend: `On the machine of this server, its operator ${or}installs bubblewrap, which \`troupe doctor\` there looks at`,
        lines: wallCommands,
      };
  }
}

/** What a bot's operator may do instead of building walls, by what the run would be refused for. */
const instead: Readonly<Record<string, string>> = {
  'persona/outsider':
    'either writes `sandbox: off` into the server file, if that machine holds nothing to protect, or ',
  'setup/untrusted':
    'either lists the repository under `repositories.trusted` in the server file (that does not hold for what comes from a fork), or ',
  'verify/untrusted':
    'either lists the repository under `repositories.trusted` in the server file (that does not hold for what comes from a fork), or ',
};

/** Sentences without their full stop. */
export const hindranceMessages = {
  operator: 'The operator of this server can mend it (`troupe doctor` says how)',
  walls: (host: Host): Mend => build(host, ''),
  mend: ({ code, hint }: Pick<TroupeError, 'code' | 'hint'>, host: Host): Mend =>
    // more walls do not help where the operator wants none
    code === 'config/sandbox-off' ? defined({ mend: hint }) : build(host, instead[code] ?? ''),
};

/** What the log says of the checks. */
export const beforePayingMessages = { notMade: 'A check before the first persona could not be made' };
