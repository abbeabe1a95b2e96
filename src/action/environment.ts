// The environment of the job's step. Takes secrets out of this process for good: a child could read them from /proc/<pid>/environ, even after they were deleted.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isObject } from '../support/index.ts';

/** The environment as values. */
export type Variables = Readonly<Record<string, string | undefined>>;

const handover = 'TROUPE_HANDOVER';
const secretNames =
  /^(INPUT_GITHUB-TOKEN|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_TOKEN|ACTIONS_ID_TOKEN_REQUEST_URL|GITHUB_TOKEN|GH_TOKEN)$|(_|^)(API_KEY|TOKEN|SECRET|PASSWORD|PRIVATE_KEY|CREDENTIALS)$/;

/**
 * The step's environment. Where it holds secrets, this process first replaces itself by one without them: they go over in a
 * file that only we can read and that is removed at once. Where a process cannot be replaced they stay.
 */
export function takeEnvironment(): Variables {
  const path = process.env[handover];
  if (path !== undefined) {
    delete process.env[handover];
    const secrets = readHandover(path);
    // `@actions/core` reads inputs and file commands here; the memory that /proc shows stays as it was at the start
    Object.assign(process.env, secrets);
    return { ...process.env };
  }
  const secrets = Object.entries(process.env).filter(([name, value]) => value !== undefined && secretNames.test(name));
  if (secrets.length === 0 || typeof process.execve !== 'function' || process.platform === 'win32')
    return { ...process.env };
  const kept = Object.entries(process.env).filter(([name, value]) => value !== undefined && !secretNames.test(name));
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    // entries without a value were filtered out
    ...(Object.fromEntries(kept) as Record<string, string>),
    NODE_NO_WARNINGS: '1',
    [handover]: writeHandover(Object.fromEntries(secrets)),
  });
  throw new Error('The process was not replaced');
}

/** Whether the main step came to its end: it then saved that for the post step. */
export function hasFinished(): boolean {
  return process.env['STATE_finished'] === 'true';
}

/** Calls back when the runner wants the job to end. Returns the way to stop listening. */
export function onEnd(listener: () => void): () => void {
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}

function writeHandover(secrets: Variables): string {
  const file = join(mkdtempSync(join(tmpdir(), 'troupe-handover-')), 'secrets.json');
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
  return file;
}

function readHandover(path: string): Record<string, string> {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  rmSync(dirname(path), { recursive: true, force: true });
  if (!isObject(parsed)) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
