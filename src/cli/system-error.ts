// Errors of the operating system as sentences: what could not be done, where, why, what to do. Knows no command.
import { tmpdir } from 'node:os';
import { isObject, TroupeError } from '../support/index.ts';
import { systemMessages as say } from './messages-mishap.ts';

/** What a person has to set right before the command can begin; all others are the machine's. */
const set: ReadonlySet<string> = new Set(
  'EACCES EPERM EROFS ENOENT ENOTDIR EISDIR EEXIST ELOOP ENAMETOOLONG'.split(' '),
);

/** The error in words where the operating system refused something; undefined where the mistake is ours. */
export function systemErrorOf(error: unknown): TroupeError | undefined {
  if (!isObject(error) || typeof error['code'] !== 'string' || typeof error['syscall'] !== 'string') return undefined;
  const { code, syscall, path, dest } = error;
  const why = say.why(code);
  if (why === undefined) return undefined;
  const where = typeof dest === 'string' ? dest : typeof path === 'string' ? path : undefined;
  // whatever is done there, and with it: nobody has named this folder but the environment
  const isTemporary = where === tmpdir() || (where?.startsWith(tmpdir()) === true && syscall === 'mkdtemp');
  const message = isTemporary ? say.noTemporary(tmpdir(), why) : say.refused(syscall, where, why);
  const hint = isTemporary ? say.temporaryHint : say.hint(code, syscall);
  return new TroupeError('cli/system', message, { class: set.has(code) ? 'config' : 'failed', hint, cause: error });
}
