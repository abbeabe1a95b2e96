// Runs the demo repository's own tests on a commit, in a fresh clone: what anybody could do to check the result.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the tests of a commit said. */
export interface Proof {
  readonly passed: boolean;
  readonly passing: number;
  readonly failing: number;
}

/** Clones, checks the ref out, runs `npm test`'s command. `env`: PATH and the like. */
export async function testCommit(cloneDir: string, ref: string, env: Readonly<Record<string, string>>): Promise<Proof> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-proof-'));
  const environment = { ...env, HOME: dir, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  try {
    await run('git', ['clone', '--quiet', '--', cloneDir, join(dir, 'work')], { env: environment });
    await run('git', ['-C', join(dir, 'work'), 'checkout', '--quiet', '--detach', ref], { env: environment });
    const output = await run(process.execPath, ['--test'], { cwd: join(dir, 'work'), env: environment }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code?: number; stdout?: string }) => ({ code: error.code ?? 1, stdout: error.stdout ?? '' }),
    );
    return { passed: output.code === 0, passing: count(output.stdout, 'pass'), failing: count(output.stdout, 'fail') };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The diff between two commits of a bare repository, as git prints it. */
export async function diffText(repository: string, from: string, to: string): Promise<string> {
  const { stdout } = await run('git', [
    '--git-dir',
    repository,
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    from,
    to,
    '--',
  ]);
  return stdout.trimEnd();
}

function count(output: string, word: 'pass' | 'fail'): number {
  const line = output.split('\n').find((one) => /^[#ℹ] /.test(one) && one.startsWith(`${word} `, 2));
  return Number(/\d{1,9}/.exec(line ?? '')?.[0] ?? 0);
}
