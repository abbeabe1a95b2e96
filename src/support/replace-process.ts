// Replaces this process by itself without its secrets, and gives them to the new one. Reads no environment: whoever calls hands it in.
import { isHandover, sealed, unsealed } from './handed-over.ts';

/** Variables of a process. */
type Variables = Readonly<Record<string, string | undefined>>;

/** Whether this platform can replace a process. Where it cannot, secrets stay where they are. */
export function canReplaceProcess(): boolean {
  return typeof process.execve === 'function' && process.platform !== 'win32';
}

/**
 * Starts this program again in this process, with `kept` as its environment and `secrets` sealed beside it. Does not return. A death at any
 * moment leaves nothing behind: both halves are memory of the process.
 */
export function replaceProcess({ kept, secrets }: { readonly kept: Variables; readonly secrets: Variables }): never {
  const { key, variables } = sealed(secrets);
  const given = Object.entries(kept).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // the new process calls itself by the key until it has wiped it out: no program reads that word, and it is no argument
  process.execve?.(process.execPath, [key, ...process.execArgv, ...process.argv.slice(1)], {
    ...Object.fromEntries(given),
    ...variables,
  });
  throw new Error('The process was not replaced');
}

/** What the process before this one handed over, taken out of `environment`; undefined where there was none. */
export function takeHandedOver(environment: Record<string, string | undefined>): Record<string, string> | undefined {
  const secrets = unsealed(environment, process.argv0);
  if (secrets === undefined) return undefined;
  // writes over what /proc and `ps` show of the arguments, the key among them
  process.title = [process.execPath, ...process.execArgv, ...process.argv.slice(1)].join(' ');
  for (const variable of Object.keys(environment).filter(isHandover)) delete environment[variable];
  return secrets;
}
