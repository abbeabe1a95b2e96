// The import table of ARCHITECTURE.md, held against every import of src. Page and rule cannot drift.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const src = join(root, 'src');
const entryPoints = new Set(['bot', 'action', 'cli']);

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly target: string;
  readonly past: boolean;
}

test('every import of src is one that the table allows', () => {
  const table = readTable();
  const violations = imports()
    .filter(({ folder, target }) => target !== folder && !isAllowed(table, folder, target))
    .map(({ file, target }) => `${file} imports ${target}`);
  expect(violations).toEqual([]);
});

test('folders are imported through their index.ts', () => {
  expect(
    imports()
      .filter(({ folder, target, past }) => target !== folder && past)
      .map(({ file, target }) => `${file} reaches past ${target}/index.ts`),
  ).toEqual([]);
});

test('the table names every folder of src and every file was seen', () => {
  const folders = readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect([...readTable().keys()].toSorted()).toEqual(folders.map((entry) => entry.name).toSorted());
  expect(sources().length).toBeGreaterThan(50);
});

test('processes, network and environment are used only where they belong', () => {
  const rules: readonly { readonly pattern: RegExp; readonly allowed: RegExp; readonly what: string }[] = [
    {
      pattern: /['"](node:)?child_process['"]/,
      // support starts none: it listens to those that could not be started
      allowed: /^(git|personas|local-github|cli\/demo)\b|^support\/unstarted\.ts$/,
      what: 'child_process',
    },
    {
      pattern: /(await|return|=|globalThis\.)\s*fetch\(|from '@octokit\/(core|rest|request)/,
      allowed: /^(github|personas|local-github)\b|^steps\/notify/,
      what: 'network',
    },
    { pattern: /process\.env\b/, allowed: /^(bot|cli|action)\/(.*-)?environment\.ts$/, what: 'process.env' },
    { pattern: /\bnew Function\b|\beval\(|from 'node:vm'/, allowed: /^$/, what: 'eval' },
  ];
  const violations: string[] = [];
  for (const file of sources()) {
    const text = readFileSync(file, 'utf8').replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '');
    const name = relative(src, file).split(sep).join('/');
    for (const rule of rules)
      if (rule.pattern.test(text) && !rule.allowed.test(name)) violations.push(`${name}: ${rule.what}`);
  }
  expect(violations).toEqual([]);
});

function readTable(): Map<string, readonly string[]> {
  const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const body = /<!-- import-table -->([\s\S]*?)<!-- \/import-table -->/.exec(page)?.[1] ?? '';
  const rows = [...body.matchAll(/^\| ([a-z-]+) \| (.*?) \|$/gm)].filter(([, folder]) => folder !== 'folder');
  return new Map(
    rows.map(([, folder, list]) => [
      folder ?? '',
      (list ?? '') === 'nothing of ours' ? [] : (list ?? '').split(/,\s*/),
    ]),
  );
}

function isAllowed(table: Map<string, readonly string[]>, folder: string, target: string): boolean {
  const list = table.get(folder) ?? [];
  if (entryPoints.has(target)) return folder === 'cli' && target === 'bot';
  if (target === 'local-github') return folder === 'cli';
  return list.includes('*') || list.includes(target);
}

function imports(): Import[] {
  return sources().flatMap((file) => {
    const folder = relative(src, file).split(sep)[0] ?? '';
    // files that are held as text (the demo's repository) have imports of their own
    const text = readFileSync(file, 'utf8').replaceAll(/`[^`]*`/g, '``');
    const found = [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)];
    return found
      .map(([, specifier]) => {
        const path = relative(src, resolve(dirname(file), specifier ?? ''));
        const parts = path.split(sep);
        return {
          file: relative(root, file),
          folder,
          target: parts[0] ?? '',
          past: parts.length !== 2 || parts[1] !== 'index.ts',
        };
      })
      .filter(({ target }) => target !== '..');
  });
}

function sources(): string[] {
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => join(src, name));
}
