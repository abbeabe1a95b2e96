// What `troupe run` and `troupe resume` say at the desk: keys, prompts, how to go on.
import { isoTime, oneLine } from '../../support/index.ts';
import type { Hindrance } from '../../host/index.ts';
import type { ShownGate } from '../../view/index.ts';
import type { Timer } from './stay.ts';

/** Sentences of the desk. */
export const deskMessages = {
  agent: (why: string): string => `Agent: ${why}`,
  again: (line: string): string => `Again: ${line}`,
  hindranceHint: ({ mend, lines = [] }: Pick<Hindrance, 'mend' | 'lines'>): string | undefined =>
    mend === undefined
      ? undefined
      : [`${mend}${lines.length === 0 ? '' : ':'}`, ...lines.map((line) => `  ${line}`)].join('\n'),
  hindrances: (found: readonly Hindrance[]): string =>
    [
      `The run would stop after somebody was paid: ${found.length} things stand against it.`,
      ...found.map((one) => {
        const hint = deskMessages.hindranceHint(one);
        return `- ${one.message}${hint === undefined ? '' : `. ${hint.replaceAll('\n', '\n  ')}`}`;
      }),
    ].join('\n'),
  goesOn: (run: string, where: string): string => `Nothing recorded is lost: \`troupe resume ${run}${where}\` goes on.`,
  howToAnswer: (run: string, { kind, path, name, message }: ShownGate, where: string): string =>
    kind === 'approval'
      ? `"${name}" waits for an approval: \`troupe approve ${run} ${path}${where}\` or \`troupe reject ${run} ${path}${where}\`.`
      : `"${name}" waits for an answer: \`troupe answer ${run} --step ${path}${where} …\` (${message})`,
  autoApproved: ({ name, message }: ShownGate): string =>
    `✓ ${name}: approved by --auto-approve (${oneLine(message, 100)})`,
  waitsUntil: (run: string, { name, at }: Timer, where: string): string =>
    `"${name}" waits until ${isoTime(at)}: \`troupe resume ${run}${where}\` goes on from then on.`,
  leaving: 'Stopping. The step at work is ended; Ctrl-C again ends it at once.',
  footer: (paused: boolean): string =>
    `p ${paused ? 'go on' : 'pause'} · c cancel · Ctrl-C stop (the run can be resumed)`,
  askCancel: 'Cancel this run for good? y/n',
  pausing: 'pausing: what runs now ends first',
  cancelling: 'cancelling',
  approvalAt: (sha: string | undefined): string => (sha === undefined ? '' : ` (commit ${sha.slice(0, 10)})`),
  approve: 'Approve',
  reject: 'Reject',
  later: 'Decide later',
  laterHint: 'leaves the run waiting',
  why: 'Why? (may be empty)',
  notAlone: (run: string, where: string): string =>
    `Nobody drives it here now: \`troupe resume ${run}${where}\` goes on with it.`,
  notHere: (run: string): string => `${run} is a run of the bot: it goes on where the bot runs`,
  notHereHint: 'Start the bot with `troupe serve`: it takes up what is unfinished.',
  noFolder: (run: string, folder: string): string =>
    `Cannot go on with ${run}: its working copy ${folder} is not there`,
  dryRun: (workflow: string): string => `This is what "${workflow}" would do. Nothing was started or written.`,
  dryBranch: (branch: string | null): string => (branch === null ? 'branch: none' : `branch: ${branch}`),
  offline: (names: readonly string[]): string =>
    `Cannot work offline: ${names.length === 0 ? 'no script answers' : `${names.join(', ')} would be asked over the network`}`,
  offlineHint: 'Give the answers of all personas with --answers answers.yml.',
  stepMistakes: 'This step has mistakes:',
  withShape: (text: string): string => `"${text}" is no key of a step: write --with persona=code-reviewer`,
  withValue: (text: string, problem: string): string => `The value of --with ${text} cannot be read: ${problem}`,
  noOutput: (workflow: string, name: string, near: string | undefined): string =>
    `The workflow "${workflow}" has no output "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  outputsHint: (names: readonly string[]): string =>
    names.length === 0 ? 'It declares none: add `outputs:` to the workflow.' : `Its outputs: ${names.join(', ')}.`,
};
