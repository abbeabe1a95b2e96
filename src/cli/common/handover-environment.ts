// Takes the secrets out of this process's environment for good: a child could read them from /proc/<pid>/environ, even after they were deleted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isObject } from '../../support/index.ts';

const handoverName = 'TROUPE_HANDOVER';
/** Commands that start personas, which would look for secrets in the process above them. */
const startPersonas: ReadonlySet<string> = new Set(['serve', 'run', 'resume', 'demo']);
/**
 * What Node, terminals and libraries read from the environment itself. Everything else is handed over: which of the names hold a secret
 * cannot be known (`OPENAI_KEY`, `PGPASSWORD`, whatever a server file lists for its providers).
 */
const ordinaryNames =
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|TMPDIR|HOSTNAME|TERM|COLORTERM|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|CI|TZ|LANG|LANGUAGE|LC_[A-Z]+|XDG_[A-Z_]+_(HOME|DIR|DIRS)|SSL_CERT_(FILE|DIR)|NODE_(ENV|OPTIONS|PATH|EXTRA_CA_CERTS|NO_WARNINGS|USE_ENV_PROXY|COMPILE_CACHE|V8_COVERAGE|DEBUG)|(HTTPS?|NO|ALL)_PROXY|LOG_LEVEL|HOST|PORT)$/i;

/** The environment as the entry point shall read it, with what was handed over put back in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment as it is before anything was taken out of it. */
export function wholeEnvironment(): Environment {
  return { ...process.env };
}

/**
 * Where the command starts personas: writes what may be a secret to a file only we can read, replaces this process by itself without it, and
 * does not return. The new process reads the file, removes it at once and gets the whole environment as a value. Where the platform cannot
 * replace a process, says so through `warn` and goes on.
 */
export function takeSecrets(argv: readonly string[], warn: (message: string) => void): Environment {
  const path = process.env[handoverName];
  if (path !== undefined) return { ...process.env, ...readHandover(path), [handoverName]: undefined };
  const secrets = Object.fromEntries(Object.entries(process.env).filter(([name, value]) => !isOrdinary(name, value)));
  const needed = argv.some((word) => startPersonas.has(word)) && Object.keys(secrets).length > 0;
  if (!needed) return { ...process.env };
  if (typeof process.execve !== 'function' || process.platform === 'win32') {
    warn('Secrets stay in the environment of this process: the platform cannot replace a process');
    return { ...process.env };
  }
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !(name in secrets));
  // entries with undefined values were filtered out
  const environment = Object.fromEntries(kept) as Record<string, string>;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...environment,
    [handoverName]: writeHandover(secrets),
  });
  throw new Error('The process was not replaced');
}

/** A proxy's address may carry a password. */
function isOrdinary(name: string, value: string | undefined): boolean {
  return ordinaryNames.test(name) && !(value ?? '').includes('@');
}

function writeHandover(secrets: Readonly<Record<string, string | undefined>>): string {
  const file = join(mkdtempSync(join(tmpdir(), 'troupe-handover-')), 'secrets.json');
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
  return file;
}

function readHandover(path: string): Record<string, string> {
  delete process.env[handoverName];
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(dirname(path), { recursive: true, force: true });
  if (!isObject(parsed)) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
