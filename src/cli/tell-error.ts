// How an error that ends a command is told: a sentence for people; with `--json` an object on standard output as well; a line of the log where
// the bot writes one. Never shows a stack.
import { CommanderError } from 'commander';
import { createRedactor, defined, oneLine, processClock, TroupeError, wallOf } from '../support/index.ts';
import type { Environment } from './common/handover-environment.ts';
import { exitCodes } from './common/io.ts';
import type { ExitCode } from './common/io.ts';
import { printJsonLine } from './common/print-json.ts';
import { mishapMessages as say } from './messages-mishap.ts';
import { systemErrorOf } from './system-error.ts';

/** Where it is told. */
export interface Listener {
  readonly argv: readonly string[];
  readonly environment: Environment;
  /** Somebody sits before standard error. */
  readonly atTerminal: boolean;
  /** Something of a command stands on standard output already. */
  hasSpoken(): boolean;
  out(line: string): void;
  note(line: string): void;
}

interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

const secretParts = /(KEY|TOKENS?|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|COOKIE|AUTH)$/;
const aboutSecrets: ReadonlySet<string> = new Set([
  'PATH',
  'FILE',
  'DIR',
  'ID',
  'NAME',
  'URL',
  'SOCK',
  'USER',
  'MODEL',
]);

/** What is told. */
interface Told extends Problem {
  /** What it consists of, where several things are wrong at once. */
  readonly problems?: readonly Problem[];
  readonly exit: ExitCode;
  /** People have read it: the help. */
  readonly isSaid?: true;
}

/** Tells it. Resolves to the exit code. */
export async function tellError(error: unknown, listener: Listener): Promise<ExitCode> {
  if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
  const told = clean(await whatIsTold(error, listener), listener.environment);
  if (isLogged(listener)) listener.note(logLine(told));
  else {
    if (told.isSaid !== true) listener.note(sentence(told));
    if (wantsJson(listener.argv) && !listener.hasSpoken()) printJsonLine<'error'>(listener, { error: asObject(told) });
  }
  return told.exit;
}

/** Without what the environment names a secret: an error may quote what it was given. */
function clean(told: Told, environment: Environment): Told {
  const { text } = createRedactor(
    Object.entries(environment).flatMap(([name, value]) => (namesSecret(name) ? (value ?? []) : [])),
  );
  const words = <Some extends Problem>(one: Some): Some => ({
    ...one,
    message: text(one.message),
    ...defined({ hint: one.hint === undefined ? undefined : text(one.hint) }),
  });
  return { ...words(told), ...defined({ problems: told.problems?.map(words) }) };
}

/** `API_KEY`, `GITHUB_TOKEN_2` and `PRIVATE_KEY` name a secret; `PRIVATE_KEY_PATH` and `KEY_ID` name where one is, or which. */
function namesSecret(name: string): boolean {
  const parts = name.toUpperCase().split('_');
  return parts.some((part) => secretParts.test(part)) && !aboutSecrets.has(parts.at(-1) ?? '');
}

/** Whether `--json` stands among the options. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

/** The bot's log is JSON; whoever starts it by hand reads a sentence. */
function isLogged({ argv, atTerminal }: Listener): boolean {
  return argv[0] === 'serve' && !atTerminal;
}

async function whatIsTold(error: unknown, { argv, environment }: Listener): Promise<Told> {
  if (error instanceof CommanderError) return usage(error, argv);
  const known = error instanceof TroupeError ? error : systemErrorOf(error);
  if (known !== undefined) {
    const exit = known.class === 'config' ? exitCodes.invalid : exitCodes.failed;
    return { ...problem(known), ...defined({ problems: problemsOf(known) }), exit };
  }
  const { reportInternalError } = await import('./internal-error.ts');
  return { code: 'cli/mistake', ...reportInternalError({ error, argv, environment }), exit: exitCodes.failed };
}

function problem({ code, message, hint }: TroupeError): Problem {
  return { code, message, ...defined({ hint }) };
}

function problemsOf({ cause }: TroupeError): readonly Problem[] | undefined {
  if (!(cause instanceof AggregateError)) return undefined;
  return cause.errors.flatMap((one: unknown) => (one instanceof TroupeError ? [problem(one)] : []));
}

function usage({ code, message }: CommanderError, argv: readonly string[]): Told {
  const words = argv.findIndex((word) => word.startsWith('-'));
  const command = argv
    .slice(0, words < 0 ? argv.length : words)
    .slice(0, 1)
    .join(' ');
  const base = { code: 'cli/usage', exit: exitCodes.invalid } as const;
  if (code === 'commander.help')
    return { ...base, message: say.noCommand(command), hint: say.helpHint(command), isSaid: true };
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n');
  return {
    ...base,
    message: [first, ...more].join(' '),
    hint: say.helpHint(code === 'commander.unknownCommand' ? '' : command),
  };
}

function sentence({ message, hint }: Told): string {
  return `${message}${hint === undefined ? '' : `\n→ ${hint}`}`;
}

function asObject({ code, message, hint, exit }: Told) {
  return { code, message, ...defined({ hint }), exit_code: exit === exitCodes.invalid ? (2 as const) : (1 as const) };
}

/** As the log writes its own lines; 60 is `fatal`. */
function logLine({ code, message, hint, problems }: Told): string {
  const time = wallOf(processClock).toISOString();
  const [first = ''] = message.split('\n');
  const said = problems === undefined ? message : [first, ...problems.map((one) => one.message)].join(' ');
  return JSON.stringify({ level: 60, time, code, ...defined({ hint, problems }), msg: oneLine(said, 4_000) });
}
