// What `npm pack` holds: what runs and the pages that messages point to, nothing else, and nothing of this checkout.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { parse } from 'acorn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownNode } from '../support/cli.ts';
import { packTroupe } from '../support/packed.ts';
import type { Packed } from '../support/packed.ts';

const checkout = resolve(import.meta.dirname, '../..');
let packed: Packed;
beforeAll(() => {
  packed = packTroupe();
});
afterAll(() => packed.remove());

const text = (name: string): string => readFileSync(join(packed.folder, name), 'utf8');
const code = (): readonly string[] => packed.files.filter((name) => name.endsWith('.js'));

test('the package holds these files, and at most 4 MB', () => {
  const kinds = packed.files.map((name) =>
    name
      .replace(/^dist\/chunks\/.*\.js$/, 'dist/chunks/*.js')
      .replace(/-[\w-]{8}\.json$/, '-*.json')
      .replace(/^(examples|schema|schema\/cli|workflows|personas)\/.*(\.\w+)$/, '$1/**$2'),
  );
  expect([...new Set(kinds)].join('\n')).toMatchInlineSnapshot(`
    "LICENSE
    README.md
    app.yml
    bin/help.txt
    bin/troupe.js
    dist/chunks/*.js
    dist/chunks/openapi.generated-*.json
    dist/cli/index.js
    docs/action.md
    docs/agents.md
    docs/cli.md
    docs/decisions/no-known-secret-in-a-commit.md
    docs/decisions/plainly-written.md
    docs/errors/README.md
    docs/language.md
    docs/on-github.md
    docs/operating.md
    docs/personas.md
    docs/protected-paths.md
    docs/security.md
    docs/sentences.md
    examples/**.yml
    examples/**.py
    package.json
    personas/**.md
    schema/**.json
    workflows/**.yml"
  `);
  expect(packed.bytes).toBeLessThan(4e6);
});

test('no test, source, source map or Action is in it, and no path of this checkout', () => {
  expect(
    packed.files.filter((name) => /\.test\.|\.ts$|\.map$|^(?:src|test|scripts|dist\/action)\//.test(name)),
  ).toEqual([]);
  expect(packed.files.filter((name) => text(name).includes(checkout))).toEqual([]);
  expect(code().filter((name) => text(name).includes('sourceMappingURL'))).toEqual([]);
});

test('its code imports what it declares, and it declares nothing that its code does not name', () => {
  const declared = Object.keys(dependencies());
  const named = new Set(
    code()
      .flatMap((name) => [...strings(text(name))])
      .map(packageOf),
  );
  const imported = new Set(code().flatMap((name) => importsOf(text(name))));
  const foreign = [...imported].filter((one) => !/^\.{1,2}\//.test(one) && !builtIn(one));
  expect(foreign.length).toBeGreaterThan(10);
  expect(foreign.map(packageOf).filter((one) => !declared.includes(one))).toEqual([]);
  expect(declared.filter((one) => !named.has(one))).toEqual([]);
});

test('what its code reads beside itself is there', () => {
  const beside = code().flatMap((name) =>
    [...text(name).matchAll(/new URL\(["'`]([^"'`]+)["'`], import\.meta\.url\)/g)].map(([, target = '']) =>
      relative(packed.folder, resolve(packed.folder, name, '..', target)),
    ),
  );
  expect(beside.length).toBeGreaterThan(1);
  // the way into the source is for checkouts
  expect(beside.filter((name) => !packed.files.includes(name))).toEqual(['src/cli/index.ts']);
});

test('pages that messages point to are in it, and every link of its pages leads to a file of it', () => {
  const pointed = code().flatMap((name) =>
    [...text(name).matchAll(/docsPage\(["'`]([^"'`]+)["'`]\)/g)].map(([, page = '']) => `docs/${page}`),
  );
  expect(new Set(pointed).size).toBeGreaterThan(1);
  expect(pointed.filter((page) => !packed.files.includes(page))).toEqual([]);
  const pages = packed.files.filter((name) => /^(?:docs\/.*|README)\.md$/.test(name));
  const broken = pages.flatMap((page) =>
    [...sentencesForHere(text(page)).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => resolve(packed.folder, page, '..', target))
      .filter((target) => !existsSync(target))
      .map((target) => `${page} → ${relative(packed.folder, target)}`),
  );
  expect(broken).toEqual([]);
});

test('on an old Node it says what to do where there is no checkout', () => {
  const pretend = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.9.0'}})`;
  const program = join(packed.folder, 'bin/troupe.js');
  const told = spawnSync(ownNode, ['--import', pretend, program, 'demo'], { encoding: 'utf8' });
  expect([told.status, told.stdout, told.stderr]).toEqual([
    2,
    '',
    'Troupe needs Node 24 or newer; this is Node 22.9.0.\n' +
      'Install a newer one (https://nodejs.org/en/download), or let npm bring one for a command: `npx --yes --package=node@24 -- troupe …`.\n',
  ]);
  expect(JSON.parse(text('package.json'))).toMatchObject({ engines: { node: '>=24' } });
});

/** README's last words are for whoever is in the repository. */
function sentencesForHere(page: string): string {
  return page.replace(/^In the repository: [^]*$/m, '');
}

function dependencies(): Readonly<Record<string, string>> {
  // the manifest was written by npm from ours
  const manifest = JSON.parse(text('package.json')) as { readonly dependencies: Readonly<Record<string, string>> };
  return manifest.dependencies;
}

function builtIn(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}

/** `@octokit/rest/x` → `@octokit/rest`. */
function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

interface SomeNode {
  readonly type: string;
  readonly source?: { readonly value?: unknown } | null;
  readonly value?: unknown;
}

function importsOf(program: string): string[] {
  return nodesOf(program).flatMap(({ type, source }) =>
    /^(?:Import|Export)/.test(type) && typeof source?.value === 'string' ? [source.value] : [],
  );
}

function strings(program: string): string[] {
  return nodesOf(program).flatMap(({ type, value }) =>
    type === 'Literal' && typeof value === 'string' ? [value] : [],
  );
}

const seen = new Map<string, readonly SomeNode[]>();
function nodesOf(program: string): readonly SomeNode[] {
  const known = seen.get(program);
  if (known !== undefined) return known;
  const found: SomeNode[] = [];
  const open: unknown[] = [parse(program, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    // acorn's nodes and lists of nodes: plain objects with a `type`
    if ('type' in node && typeof node.type === 'string') found.push(node as SomeNode);
    open.push(...Object.values(node).filter((one) => typeof one === 'object' && one !== null));
  }
  seen.set(program, found);
  return found;
}
