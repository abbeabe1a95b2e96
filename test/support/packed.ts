// The package as somebody downloads it: `npm pack` of a copy of this checkout, so that nothing is built where other tests run.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '../..');
/** What a clone has not, or what no package is made of. */
const left = new Set(['.git', 'node_modules', 'dist', 'coverage', 'test', '.troupe']);

/** A tarball, and what is in it. */
export interface Packed {
  readonly tarball: string;
  /** The unpacked package. */
  readonly folder: string;
  /** Its files, sorted. */
  readonly files: readonly string[];
  readonly bytes: number;
  remove(): void;
}

/** A checkout of its own, as it is after `npm ci`: what is built or kept in it disturbs nobody. */
export function copyCheckout(clone: string): void {
  mkdirSync(clone, { recursive: true });
  for (const name of readdirSync(checkout).filter((one) => !left.has(one)))
    cpSync(join(checkout, name), join(clone, name), { recursive: true });
  symlinkSync(join(checkout, 'node_modules'), join(clone, 'node_modules'));
}

/** Packs this checkout as a clean clone would: `prepack` builds. */
export function packTroupe(): Packed {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-packed-'));
  const clone = join(dir, 'clone');
  copyCheckout(clone);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', dir], {
    cwd: clone,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tarball = join(dir, readdirSync(dir).find((name) => name.endsWith('.tgz')) ?? '');
  execFileSync('tar', ['xzf', tarball, '-C', dir]);
  rmSync(clone, { recursive: true });
  const folder = join(dir, 'package');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .toSorted();
  return {
    tarball,
    folder,
    files,
    bytes: files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
