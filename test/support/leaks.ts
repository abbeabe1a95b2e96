// Looks for secrets in everything that a run wrote, in the forms in which they travel. Changes nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DemoWorld } from '../../src/local-github/index.ts';

/** A named text to look in. */
export interface NamedText {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What to look for, by what it is called. */
export type Secrets = Readonly<Record<string, string>>;

/** `where: which, in which form` for every secret that stands somewhere. */
export function leaks(texts: readonly NamedText[], secrets: Secrets): string[] {
  const forms = Object.entries(secrets).flatMap(([name, secret]) => formsOf(name, secret));
  return texts.flatMap(({ name, bytes }) =>
    forms.filter(({ form }) => bytes.includes(form)).map(({ what }) => `${name}: ${what}`),
  );
}

/** Plain, base64, base64url, hex, percent; and for installation tokens, whose values nobody here knows, what each of them begins with. */
export function formsOf(name: string, secret: string): { readonly what: string; readonly form: string }[] {
  const bytes = Buffer.from(secret, 'utf8');
  const forms = {
    plain: secret,
    json: JSON.stringify(secret).slice(1, -1),
    base64: bytes.toString('base64').replace(/=+$/, ''),
    base64url: bytes.toString('base64url'),
    hex: bytes.toString('hex'),
    percent: encodeURIComponent(secret),
  };
  return Object.entries(forms).map(([form, text]) => ({ what: `${name}, ${form}`, form: text }));
}

/** How installation tokens begin: `x-access-token:` before it keeps base64 in step. */
export const tokenStart: Secrets = { token: 'ghs_1' };

/** Every file below a folder as bytes, databases also by row, git repositories also by object. */
export function filesOf(folder: string): readonly NamedText[] {
  for (let look = 1; ; look += 1) {
    try {
      return readFiles(folder);
    } catch (error) {
      // the bot at work moves what it has made: look at all of it again
      const isGone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isGone || look === 50) throw error;
    }
  }
}

function readFiles(folder: string): NamedText[] {
  const texts: NamedText[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) texts.push({ name: path, bytes: readFileSync(path) });
    if (entry.isFile() && entry.name.endsWith('.db')) texts.push({ name: `${path} by row`, bytes: rowsOf(path) });
    if (entry.isDirectory() && entry.name === 'objects') texts.push(...objectsOf(join(path, '..')));
  }
  return texts;
}

/** What people see of a world. */
export async function shownIn(world: DemoWorld): Promise<NamedText[]> {
  const { repository } = world;
  const shown = {
    issues: repository.issues(),
    comments: repository.comments(),
    checks: repository.checkRuns(),
    statuses: repository.statuses(),
    pulls: await repository.pullRequests(),
    branches: [...(await repository.branches())],
    labels: repository.labels(),
  };
  return [
    ...Object.entries(shown).map(([name, value]) => ({ name, bytes: Buffer.from(JSON.stringify(value)) })),
    ...objectsOf(repository.dir),
  ];
}

function rowsOf(file: string): Buffer {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = db.prepare("select name from sqlite_master where type = 'table'").all();
    const rows = tables.flatMap(({ name }) => db.prepare(`select * from "${String(name)}"`).all());
    return Buffer.concat(
      rows.flatMap((row) =>
        Object.values(row).flatMap((value) => [
          value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)),
          Buffer.from('\n'),
        ]),
      ),
    );
  } finally {
    db.close();
  }
}

function objectsOf(dir: string): NamedText[] {
  if (!existsSync(join(dir, 'HEAD')) || basename(dir) === '.git') return [];
  const bytes = execFileSync('git', ['--git-dir', dir, 'cat-file', '--batch-all-objects', '--batch', '--buffer'], {
    maxBuffer: 256 * 1024 * 1024,
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: '/nonexistent',
    },
  });
  return [{ name: `${dir} by object`, bytes }];
}
