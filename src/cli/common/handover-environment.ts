// Takes the secrets out of this process's environment for good: a child could read them from /proc/<pid>/environ, even after they were deleted.
import { canReplaceProcess, replaceProcess, takeHandedOver } from '../../support/index.ts';

/** Commands that start personas, which would look for secrets in the process above them. */
const startPersonas: ReadonlySet<string> = new Set(['serve', 'worker', 'run', 'resume', 'demo']);
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
 * Where the command starts personas: replaces this process by itself without what may be a secret, and does not return. The new process gets
 * the whole environment as a value. Where the platform cannot replace a process, says so through `warn` and goes on.
 */
export function takeSecrets(argv: readonly string[], warn: (message: string) => void): Environment {
  const handedOver = takeHandedOver(process.env);
  if (handedOver !== undefined) return { ...process.env, ...handedOver };
  const variables = Object.entries(process.env);
  const secrets = Object.fromEntries(variables.filter(([name, value]) => !isOrdinary(name, value)));
  const needed = argv.some((word) => startPersonas.has(word)) && Object.keys(secrets).length > 0;
  if (!needed) return { ...process.env };
  if (!canReplaceProcess()) {
    warn('Secrets stay in the environment of this process: the platform cannot replace a process');
    return { ...process.env };
  }
  return replaceProcess({ kept: Object.fromEntries(variables.filter(([name]) => !(name in secrets))), secrets });
}

/** A proxy's address may carry a password. */
function isOrdinary(name: string, value: string | undefined): boolean {
  return ordinaryNames.test(name) && !(value ?? '').includes('@');
}
