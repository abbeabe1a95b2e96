// `troupe pause`, `cancel`, `retry`, `approve` …: the controls of a run from the machine it runs on. One table; no rules of its own.
import { defined, TroupeError } from '../../support/index.ts';
import type { Command } from 'commander';
import { control, orderAll } from '../common/control.ts';
import type { Reply, Wish } from '../common/control.ts';
import { dataDirOf, dataDirOption, dataDirWords } from '../common/data-dir.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { haltMessages, plainLine } from '../common/messages-control.ts';
import { deskMessages } from '../desk/messages-desk.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';

/** What differs from one control to the next. */
interface Spoken {
  readonly verb: Wish['verb'];
  readonly what: string;
  /** Words after the run: `[step]`, `<text...>`. */
  readonly words?: readonly { readonly usage: string; readonly what: string; readonly as: 'step' | 'text' }[];
  readonly sha?: boolean;
  readonly reason?: boolean;
  /** It can be said of everything. */
  readonly all?: boolean;
  readonly example: string;
}

const step = { usage: '[step]', what: 'the step: its path, id or name', as: 'step' } as const;

const controls: readonly Spoken[] = [
  {
    verb: 'pause',
    what: 'let what runs now end and start nothing new; --all: stop everything at once',
    all: true,
    example: 'troupe pause rabcdefghijklmno\n  troupe pause --all --reason "The bill explodes"',
  },
  { verb: 'cancel', what: 'end a run at once', example: 'troupe cancel rabcdefghijklmno' },
  { verb: 'stop', what: 'start nothing new, then run the last steps', example: 'troupe stop rabcdefghijklmno' },
  { verb: 'retry', what: 'run what failed once more', words: [step], example: 'troupe retry rabcdefghijklmno qa' },
  {
    verb: 'rerun',
    what: 'run a step and all that depends on it again',
    words: [{ ...step, usage: '<step>', what: 'the step to start from, or `all`' }],
    example: 'troupe rerun rabcdefghijklmno qa',
  },
  {
    verb: 'skip',
    what: 'leave out an optional step',
    words: [{ ...step, usage: '<step>' }],
    example: 'troupe skip rabcdefghijklmno docs',
  },
  {
    verb: 'approve',
    what: 'let the step that waits for an approval go on',
    words: [step],
    sha: true,
    example: 'troupe approve rabcdefghijklmno merge --sha 1a2b3c4',
  },
  {
    verb: 'reject',
    what: 'say no to the step that waits for an approval',
    words: [step],
    reason: true,
    example: 'troupe reject rabcdefghijklmno merge --reason "The changelog is missing"',
  },
  {
    verb: 'answer',
    what: 'answer the step that asked',
    words: [{ usage: '<text...>', what: 'the answer; JSON where it is JSON', as: 'text' }],
    example: 'troupe answer rabcdefghijklmno Use PostgreSQL 17',
  },
  {
    verb: 'budget',
    what: 'change what the run may cost',
    words: [{ usage: '<usd>', what: 'the most in dollars', as: 'text' }],
    example: 'troupe budget rabcdefghijklmno 5',
  },
  {
    verb: 'followup',
    what: 'go on with the branch of a run that has ended',
    words: [{ usage: '<text...>', what: 'what is wanted', as: 'text' }],
    example: 'troupe followup rabcdefghijklmno Use the existing date helper',
  },
];

interface Options {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly sha?: string;
  readonly reason?: string;
  readonly step?: string;
  readonly all?: boolean;
}

/** Registers one of the controls. */
export function registerControl(verb: string): (program: Command, io: Io) => void {
  const spoken = controls.find((one) => one.verb === verb);
  if (spoken === undefined) throw new TypeError(`not a control: ${verb}`);
  return (program, io) => register(spoken, program, io);
}

function register(spoken: Spoken, program: Command, io: Io): void {
  const command = program
    .command(spoken.verb)
    .argument(spoken.all === true ? '[run]' : '<run>', 'the run id')
    .description(spoken.what);
  for (const word of spoken.words ?? []) command.argument(word.usage, word.what);
  if (spoken.sha === true) command.option('--sha <commit>', 'the commit that is approved');
  if (spoken.all === true)
    command
      .option('--all', 'everything that is driven here, until `troupe resume --all`')
      .option('--reason <text>', 'why, with --all');
  if (spoken.reason === true) command.option('--reason <text>', 'why');
  if (spoken.verb === 'answer') command.option('--step <step>', 'the step that asked, where more than one did');
  command
    .option(...dataDirOption)
    .option(...jsonOption('control'))
    .addHelpText('after', `\nExample:\n  ${spoken.example}`)
    .action(async (...given: unknown[]) => {
      // commander calls back with the arguments, then the options, then itself
      const options = command.opts<Options>();
      const [run, word] = given;
      if (spoken.all === true && isForAll(run, options)) return sayAll(true, options, io);
      await say(spoken, { run: String(run), word: wordOf(word), options }, io);
    });
}

async function say(
  spoken: Spoken,
  { run, word, options }: { readonly run: string; readonly word: string | undefined; readonly options: Options },
  io: Io,
): Promise<void> {
  const as = spoken.words?.[0]?.as;
  const text = as === 'text' ? word : options.reason;
  const stepNamed = as === 'step' ? word : options.step;
  const dataDir = dataDirOf(io, options.dataDir);
  const reply = await control(dataDir, {
    verb: spoken.verb,
    run,
    ...defined({ step: stepNamed, text, sha: options.sha }),
  });
  sayReply(reply, { json: options.json === true, where: dataDirWords(io, dataDir) }, io);
}

/** Tells what came of it. */
export function sayReply(
  reply: Reply,
  { json, where }: { readonly json: boolean; readonly where: string },
  io: Io,
): void {
  const message = plainLine(reply.line, reply.run);
  if (json) printJson<'control'>(io, { accepted: reply.accepted, run: reply.run, message });
  else if (reply.accepted) io.out(message);
  else io.note(message);
  if (!json && reply.accepted && reply.isIdle) io.note(deskMessages.notAlone(reply.run, where));
  if (!reply.accepted) io.exit(exitCodes.failed);
}

/** Whether it is said of everything. Throws `cli/run-or-all` where neither is named, or both. */
export function isForAll(run: unknown, { all }: { readonly all?: boolean }): boolean {
  if ((all === true) !== (run !== undefined)) return all === true;
  throw new TroupeError('cli/run-or-all', haltMessages.runOrAll, {
    class: 'config',
    hint: haltMessages.runOrAllHint,
  });
}

/** Stops everything, or lets it go on. */
export async function sayAll(
  halted: boolean,
  { dataDir, json, reason }: { readonly dataDir?: string; readonly json?: boolean; readonly reason?: string },
  io: Io,
): Promise<void> {
  const changed = await orderAll(dataDirOf(io, dataDir), halted, reason);
  if (json === true) printJson<'halt'>(io, { paused: halted, changed });
  else io.out(haltMessages.done(halted, changed));
}

/** Words of a variadic argument are one text. */
function wordOf(word: unknown): string | undefined {
  if (Array.isArray(word)) return word.map(String).join(' ');
  return typeof word === 'string' ? word : undefined;
}
