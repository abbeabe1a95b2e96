// The command line built into a few files, as a package has it: its processes start in a third of the processor time that the source takes.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '../..');
/** Below the package: what ships with it is found from there. */
const cache = join(root, 'node_modules/.cache/troupe-built');
const dayMs = 24 * 60 * 60_000;
/** A process that was killed while it built leaves its claim: nobody waits longer for one. */
const claimMs = 60_000;

/** `bin/troupe.js` of what is built from the source as it is now. The first process that asks builds it, the others wait. */
export async function builtProgram(): Promise<string> {
  const folder = join(cache, fingerprint());
  const claim = `${folder}.building`;
  mkdirSync(cache, { recursive: true });
  while (!existsSync(folder)) {
    if (!claimed(claim)) {
      await sleep(100);
      continue;
    }
    try {
      if (!existsSync(folder)) await build(folder);
    } finally {
      rmSync(claim, { recursive: true, force: true });
    }
  }
  return join(folder, 'bin/troupe.js');
}

async function build(folder: string): Promise<void> {
  for (const old of readdirSync(cache))
    if (Date.now() - statSync(join(cache, old)).mtimeMs > dayMs)
      rmSync(join(cache, old), { recursive: true, force: true });
  const making = mkdtempSync(join(cache, 'making-'));
  const bundle = await rolldown({
    input: { 'cli/index': join(root, 'src/cli/index.ts') },
    platform: 'node',
    external: [/^node:/],
    experimental: { resolveNewUrlToAsset: true },
    logLevel: 'silent',
  });
  await bundle.write({
    dir: join(making, 'dist'),
    format: 'esm',
    banner: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    assetFileNames: 'chunks/[name]-[hash][extname]',
  });
  await bundle.close();
  for (const name of ['bin', 'package.json']) cpSync(join(root, name), join(making, name), { recursive: true });
  renameSync(making, folder);
}

/** Whether it is ours to build; who claimed it long ago is gone. */
function claimed(claim: string): boolean {
  try {
    mkdirSync(claim);
    return true;
  } catch {
    const since = statSync(claim, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - since > claimMs) rmSync(claim, { recursive: true, force: true });
    return false;
  }
}

/** Another one after any change of a file that goes into it. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const part of ['src', 'bin', 'package.json', 'package-lock.json'])
    for (const path of filesOf(join(root, part))) {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  return hash.digest('hex').slice(0, 16);
}

function filesOf(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted();
}
