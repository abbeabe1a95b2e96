// The walls of the house: no two folders of src import each other, and an index.ts hands out what others use and no more.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { importsBelow, importsIn } from '../support/imports.ts';
import type { Import } from '../support/imports.ts';

const root = resolve(import.meta.dirname, '../..');

/**
 * How much the index.ts of a folder may hand out: names it spells out, and shapes that it passes on with a whole file
 * (`export type *`). Lower it when a folder needs less; more is a decision.
 */
const most: Readonly<Record<string, { readonly names: number; readonly shapes: number }>> = {
  action: { names: 8, shapes: 0 },
  bot: { names: 15, shapes: 0 },
  cli: { names: 1, shapes: 0 },
  coordinator: { names: 36, shapes: 0 },
  definition: { names: 45, shapes: 28 },
  engine: { names: 55, shapes: 58 },
  git: { names: 20, shapes: 19 },
  github: { names: 13, shapes: 27 },
  host: { names: 40, shapes: 0 },
  'local-github': { names: 9, shapes: 21 },
  personas: { names: 56, shapes: 34 },
  server: { names: 1, shapes: 11 },
  steps: { names: 18, shapes: 7 },
  store: { names: 6, shapes: 27 },
  support: { names: 125, shapes: 0 },
  view: { names: 17, shapes: 4 },
  yaml: { names: 5, shapes: 0 },
};

test('no two folders of src import each other, at any depth', () => {
  expect(mutualPairs(importsBelow(root, ['src'], isNoTest))).toEqual([]);
});

test('folders that import each other are found wherever they lie', () => {
  const between = (...pairs: readonly (readonly [string, string])[]): readonly string[] =>
    mutualPairs(pairs.map(([file, target]) => ({ file, target, names: [] })));
  expect(between(['src/a/x.ts', 'src/b/y.ts'], ['src/b/deep/y.ts', 'src/a/index.ts'])).toEqual(['src/a <-> src/b']);
  expect(between(['src/a/x.ts', 'src/a/in/y.ts'], ['src/a/in/deep/y.ts', 'src/a/z.ts'])).toEqual([
    'src/a/* <-> src/a/in',
  ]);
  expect(between(['src/a/in/deep/x.ts', 'src/a/in/y.ts'], ['src/a/in/y.ts', 'src/a/in/deep/x.ts'])).toEqual([
    'src/a/in/* <-> src/a/in/deep',
  ]);
  expect(between(['src/a/x.ts', 'src/a/y.ts'], ['src/a/y.ts', 'src/a/x.ts'])).toEqual([]);
  expect(between(['src/a/x.ts', 'src/a/in/y.ts'], ['src/a/in/y.ts', 'src/b/z.ts'])).toEqual([]);
});

test('every way to import is seen', () => {
  const text = [
    "import { a, type B as C } from './one.ts';",
    "import type { D } from './two.ts';",
    "export { e } from './three.ts';",
    "export type * from './four.ts';",
    "const { f, g: h } = await import('./five.ts');",
    "type I = import('./six.ts').I;",
    "import './seven.ts';",
    "import j from './eight.ts';",
    "const text = `import { k } from './nine.ts'`;",
    "import { l } from 'package';",
  ].join('\n');
  expect(importsIn(text).map(({ specifier, names }) => [specifier, ...names])).toEqual([
    ['./one.ts', 'a', 'B'],
    ['./two.ts', 'D'],
    ['./three.ts', 'e'],
    ['./four.ts', '*'],
    ['./five.ts', 'f', 'g'],
    ['./six.ts', '*'],
    ['./seven.ts', '*'],
    ['./eight.ts', 'j'],
  ]);
});

const folders = readdirSync(join(root, 'src')).filter((name) => existsSync(join(root, 'src', name, 'index.ts')));

test('an index.ts hands out names that somebody outside the folder uses', () => {
  const used = new Map(folders.map((folder) => [folder, new Set<string>()]));
  for (const { file, target, names } of importsBelow(root, ['src', 'test', 'scripts'])) {
    const folder = /^src\/([^/]+)\/index\.ts$/.exec(target)?.[1];
    if (folder === undefined || file.startsWith(`src/${folder}/`)) continue;
    for (const name of names) used.get(folder)?.add(name);
  }
  const idle = folders
    .filter((folder) => !entryPoints.has(folder))
    .flatMap((folder) =>
      namesOf(folder).flatMap((name) => (used.get(folder)?.has(name) === true ? [] : [`${folder}: ${name}`])),
    );
  expect(idle).toEqual([]);
});

test('an index.ts hands out no more than is written down for its folder', () => {
  expect(folders.toSorted()).toEqual(Object.keys(most).toSorted());
  const tooMuch = folders.flatMap((folder) => {
    const { names = 0, shapes = 0 } = most[folder] ?? {};
    const has = { names: namesOf(folder).length, shapes: shapesOf(folder).length };
    return has.names > names || has.shapes > shapes ? [{ folder, ...has }] : [];
  });
  expect(tooMuch).toEqual([]);
});

test('an index.ts passes on whole files of shapes, never of anything else', () => {
  const starred = folders.filter((folder) => /\bexport \*/.test(indexOf(folder)));
  expect(starred).toEqual([]);
});

/** What bin, the Action and Probot load: their names are for whoever runs the built files. */
const entryPoints: ReadonlySet<string> = new Set(['action', 'bot', 'cli']);

function isNoTest(name: string): boolean {
  return !name.endsWith('.test.ts');
}

/**
 * Folders that import each other, in both directions, where they part: whole subtrees side by side, or the own files of a folder
 * (`a/*`) and a folder in it.
 */
function mutualPairs(imports: readonly Import[]): readonly string[] {
  const ways = new Set(imports.map(({ file, target }) => wayOf(file, target)).filter((way) => way !== undefined));
  const pairs = [...ways].flatMap((way) => {
    const [from = '', to = ''] = way.split(' -> ');
    return from < to && ways.has(`${to} -> ${from}`) ? [`${from} <-> ${to}`] : [];
  });
  return pairs.toSorted();
}

function wayOf(file: string, target: string): string | undefined {
  const from = file.split('/').slice(0, -1);
  const to = target.split('/').slice(0, -1);
  let depth = 0;
  while (depth < from.length && from[depth] === to[depth]) depth += 1;
  const side = (folder: readonly string[]): string => [...folder.slice(0, depth), folder[depth] ?? '*'].join('/');
  return side(from) === side(to) ? undefined : `${side(from)} -> ${side(to)}`;
}

function indexOf(folder: string): string {
  return readFileSync(join(root, 'src', folder, 'index.ts'), 'utf8');
}

/** The names that an index.ts spells out. */
function namesOf(folder: string): string[] {
  return namesIn(indexOf(folder));
}

/** The names that it passes on with whole files. */
function shapesOf(folder: string, file = `src/${folder}/index.ts`): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/\bexport type \* from '([^']+)'/g)].flatMap(([, specifier = '']) => {
    const target = join(dirname(file), specifier);
    return [...namesIn(readFileSync(join(root, target), 'utf8')), ...shapesOf(folder, target)];
  });
}

function namesIn(text: string): string[] {
  const passedOn = [...text.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}/g)].flatMap(([, list = '']) =>
    list.split(','),
  );
  const own = [...text.matchAll(/\bexport (?:async )?(?:function|const|class|interface|type) (?!\*)(\w+)/g)];
  const names = passedOn.map(
    (one) =>
      one
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/)
        .at(-1) ?? '',
  );
  return [...names, ...own.map(([, name = '']) => name)].filter((name) => name !== '');
}
