// Rules of the house that no tool checks: file sizes, first lines, one page of architecture, links that lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { eventTypes } from '../../src/engine/index.ts';

const root = resolve(import.meta.dirname, '../..');

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.generated.ts'))
    .map((name) => join(root, folder, name));
}

test('no file of src has more than 500 lines', () => {
  expect(sources('src').length).toBeGreaterThan(200);
  const long = sources('src').filter((file) => readFileSync(file, 'utf8').split('\n').length > 500);
  expect(long.map((file) => relative(root, file))).toEqual([]);
});

test('every file of src opens with a sentence', () => {
  const silent = sources('src').filter(
    (file) => !file.endsWith('.test.ts') && !/^\/\/ \S.*[.:]/.test(readFileSync(file, 'utf8')),
  );
  expect(silent.map((file) => relative(root, file))).toEqual([]);
});

test('the linter refuses `any` everywhere', () => {
  const config = readFileSync(join(root, '.oxlintrc.json'), 'utf8');
  expect([...config.matchAll(/"typescript\/no-explicit-any": "(\w+)"/g)].map(([, level]) => level)).toEqual(['error']);
});

test('no test has a limit of its own for what must come: `eventually`, `until` and the configuration have one', () => {
  const own =
    /\bvi\.wait(?:For|Until)\(|\bexpect\.poll\([^;]*?\btimeout:|^ *\}, (?:[\d_]{5,}|[\d_]+ \* [\d_]+)\);$|\{ timeout: [\d_* ]+ \}, async/m;
  const impatient = [...sources('src'), ...sources('test')].filter(
    (file) => file.endsWith('.test.ts') && own.test(readFileSync(file, 'utf8')),
  );
  expect(impatient.map((file) => relative(root, file)).filter((file) => !file.endsWith('house-rules.test.ts'))).toEqual(
    [],
  );
});

/** Who reads what Troupe itself wrote, where nobody else writes. */
const readersOfOwnJson: readonly RegExp[] = [
  // the guard, and a copy of what is a value already
  /^src\/support\/(?:parse-)?json\.ts$/,
  // rows: what others sent went through the guard before it became one
  /^src\/store\/sqlite\//,
  // secrets, in which only texts are looked for, 20 levels deep
  /^src\/support\/redaction\/parts\.ts$/,
  // what our own script made of GitHub's description
  /^src\/local-github\/traffic\/openapi-guard\.ts$/,
];

test('JSON of others is read by `parseJson` alone: no depth and no key of it reaches further', () => {
  const bare = sources('src')
    .filter((file) => !/\.test\.ts$|\/testing(?:\/|\.ts$)/.test(file))
    .filter((file) => /\bJSON\s*\.\s*parse\b|\.json\(\)/.test(readFileSync(file, 'utf8')))
    .map((file) => relative(root, file));
  expect(bare.filter((file) => !readersOfOwnJson.some((own) => own.test(file)))).toEqual([]);
  for (const own of readersOfOwnJson)
    expect(
      bare.some((file) => own.test(file)),
      String(own),
    ).toBe(true);
});

test('ARCHITECTURE.md has at most 150 lines', () => {
  expect(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').split('\n').length).toBeLessThanOrEqual(151);
});

test('every link of the pages leads to a file', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join('docs', name)),
  ];
  const broken = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target]) => resolve(root, page, '..', target ?? ''))
      .filter((target) => !existsSync(target))
      .map((target) => `${page} → ${relative(root, target)}`),
  );
  expect(broken).toEqual([]);
});

test('what a run looks like is worked out in `view/shown` alone: what renders it sees no state', () => {
  const renderers = sources('src/view').filter(
    (file) => !relative(join(root, 'src/view'), file).startsWith('shown/') && !/(?:\.test|\/testing)\.ts$/.test(file),
  );
  expect(renderers.length).toBeGreaterThan(15);
  const names = /import (?:type )?\{([^}]*)\} from '[^']*\/engine\/index\.ts'/g;
  const seen = renderers.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(names)].flatMap(([, found = '']) =>
      found.split(',').map((name) => `${relative(root, file)}: ${name.trim()}`),
    ),
  );
  // rows of surfaces are no part of a run
  expect(seen.filter((line) => !/: Surface(?:Row|s)$/.test(line))).toEqual([]);
});

test('every event there is gets written by somebody', () => {
  const writers = sources('src')
    .filter((file) => !file.endsWith('.test.ts') && !file.includes('/engine/events/'))
    .map((file) => readFileSync(file, 'utf8'));
  const unwritten = eventTypes.filter((type) => !writers.some((text) => text.includes(`type: '${type}'`)));
  expect(unwritten).toEqual([]);
});

test('the time is read from a clock that is handed in, for that of the machine may be set at any moment', () => {
  // a GitHub of its own has its own time, and these hand the machine's on to whoever makes it steady
  const mayName =
    /^src\/(?:local-github\/|support\/(?:clock|index)\.ts|bot\/probot-run\.ts|cli\/commands\/serve\.ts|cli\/demo\/demo\.ts)/;
  const reads = /\bDate\.now\(|new Date\(\)|\bsystemClock\b/;
  const own = sources('src')
    .map((file) => relative(root, file))
    .filter((file) => !/(?:\.test|[/]testing(?:[/][\w-]+)?)\.ts$/.test(file) && !mayName.test(file))
    .filter((file) => reads.test(readFileSync(join(root, file), 'utf8')));
  expect(own).toEqual([]);
});

test('what the clock of the machine shows is read where others compare it with theirs, and nowhere else', () => {
  const readers = sources('src')
    .map((file) => relative(root, file))
    .filter((file) => !file.endsWith('.test.ts') && /\bwallOf\(/.test(readFileSync(join(root, file), 'utf8')));
  expect(readers.toSorted()).toEqual([
    // the time of a failure, for people
    'src/cli/internal-error.ts',
    'src/cli/tell-error.ts',
    // the times of files
    'src/git/store.ts',
    // GitHub's clock, and how far ours is off
    'src/github/client/github-time.ts',
    // "resets at 2pm", and log-ins that end
    'src/personas/gateway/model-call.ts',
    'src/personas/llm/ai-model.ts',
    'src/personas/providers/acp-request.ts',
    'src/personas/providers/acp-start.ts',
    'src/personas/sandbox/sandbox.ts',
    'src/steps/health/through-gate.ts',
    'src/steps/persona-answer.ts',
    'src/steps/persona-exchange.ts',
    'src/support/clock.ts',
  ]);
});
