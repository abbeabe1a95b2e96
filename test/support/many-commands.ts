// Many command lines in one process of their own, with a folder, an environment and a user of their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileCache, ownNode } from './cli.ts';
import type { Ended } from './many-commands-process.ts';

/** Where they run, and as whom. */
export interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A user of this number, without a name; only root can be another one. */
  readonly uid?: number;
}

/** Runs `troupe …` for each. Nothing is at their standard input. */
export async function manyCommands(
  lines: readonly (readonly string[])[],
  { cwd, env = {}, uid }: Place,
): Promise<readonly Ended[]> {
  const program = join(import.meta.dirname, 'many-commands-process.ts');
  const child = spawn(ownNode, [program, JSON.stringify(lines)], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: join(cwd, '.no-home'), LANG: 'C', ...compileCache, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  // written by ./many-commands-process.ts
  return JSON.parse(said) as readonly Ended[];
}
