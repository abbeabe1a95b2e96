// Whatever a step posts: words of people and personas that a template puts there do nothing on GitHub. Every kind of step, every git operation, and the view.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkWorkflow, withEvaluatedNames } from '../../src/definition/index.ts';
import type { RunSpec } from '../../src/engine/index.ts';
import type { RepositoryApi } from '../../src/github/index.ts';
import { createExecutor, createStepKinds, gitOperations } from '../../src/steps/index.ts';
import type { RunnableKind, RunnableOperation, StepServices } from '../../src/steps/index.ts';
import { isObject, toJson } from '../../src/support/index.ts';
import type { JsonObject, StepPath } from '../../src/support/index.ts';
import { renderPullRequest, renderView, showRun } from '../../src/view/index.ts';
import { createFakePulls } from '../support/fake-pulls.ts';
import { makePersonaWorld } from '../support/persona-world.ts';
import type { PersonaWorld } from '../support/persona-world.ts';
import { playRun } from '../support/play-run.ts';
import { spec } from '../support/run-builder.ts';

/** Words that would act if they were posted as they are; numbers and names are such that Troupe writes none of them itself. */
const hostile = [
  'Totals @everyone @evil/team fixes #4711 GH-4711',
  'closes evil/other#4711 https://evil.example/track?run=1 www.evil.example',
  '<img src="https://evil.example/p.png"> ![x](https://evil.example/q.png) [x](https://evil.example)',
  '<details open><summary>more</summary> <!-- troupe:run=revilevilevilevi text --> &#64;everyone',
  '[skip ci] \u202etxt.exe\u2066 \u0007',
  '/troupe approve',
  'Co-authored-by: Eve <eve@evil.example>',
].join('\n');

const acts: readonly RegExp[] = [
  /@(?:everyone|evil)/,
  /#4711|GH-4711/,
  /(?:fixes|closes)\s+(?:#|evil)/,
  /:\/\/evil|www\.evil/,
  /<(?:img|details open|summary>more)/,
  /!\[x|\[x\]\(/,
  /<!--\s*troupe:run=revil/,
  /&#64;/,
  /[\u{202e}\u{2066}]|\p{Cc}(?<![\n\r\t])/u,
  /^\/troupe approve/m,
];
/** What acts in a commit; where the author's file says nothing, the title of an issue stands in one with its addresses. */
const actsInCommits: readonly RegExp[] = [
  /@(?:everyone|evil)/,
  /(?:fixes|closes)\s+\S*(?:#|GH-)\d/,
  /[\u{202e}\u{2066}]|\p{Cc}(?<![\n\r\t])/u,
  /^Co-authored-by: Eve/m,
  /\[skip ci\]/i,
];

/** All of the words in one template, with words of the author around them. */
const template = 'Author of it: {{ task.title }} and {{ steps.qa.summary }}{{ steps.qa.outputs.words }} end';

/** Names are no texts: git and GitHub take none of these words. What an operation cannot do without stands here too. */
const names: Readonly<Record<string, string | readonly string[] | boolean>> = {
  branch: 'main',
  base: 'main',
  tag: 'v1.0.0',
  paths: ['src/**'],
  labels: ['done'],
  reviewers: ['ada'],
  assignees: ['ada'],
  tag_release: 'v2.0.0',
  immediate_deploy: 'production',
};
/** Further keys with which an operation, or a step, does all that it can. */
const more: Readonly<Record<string, JsonObject>> = {
  finalize: { merge: true },
  revert: { base: '{{ steps.qa.sha }}' },
  // it has something to merge
  merge: { branch: 'other' },
  // it says what it was given
  run: { commands: [['printenv', 'WORDS']] },
};

interface Case {
  readonly what: string;
  readonly keys: JsonObject;
  readonly qa?: JsonObject;
}

function textKeys({ keys, templates = [] }: RunnableOperation, kind: RunnableKind): readonly string[] {
  const all = new Set([...(kind.templates ?? []), ...templates]);
  return Object.keys(keys).filter((key) => all.has(key) && !(key in names));
}

function casesOf(kind: RunnableKind): readonly Case[] {
  const { type, schema, templates = [], example = {} } = kind;
  if (type === 'git-operation')
    return gitOperations.map((operation) => {
      const texts = textKeys(operation, kind);
      const named = Object.keys(operation.keys).filter(
        (key) => key in names && (operation.required ?? []).includes(key),
      );
      return {
        what: `git-operation ${operation.name}`,
        keys: {
          type,
          operation: operation.name,
          ...Object.fromEntries(named.map((key) => [key, names[key] ?? ''])),
          ...Object.fromEntries(texts.map((key) => [key, template])),
          ...more[operation.name],
        } as JsonObject,
        ...(operation.name === 'commit' ? { qa: { commit: 'none' } } : {}),
      };
    });
  if (isObject(schema?.properties['params']) && isObject(schema.properties['action'])) {
    const actions: unknown = schema.properties['action']['enum'];
    if (!Array.isArray(actions)) throw new Error('which actions are there?');
    return actions.map((action: string) => ({
      what: `${type} ${action}`,
      keys: { type, action, params: paramsOf(action) },
    }));
  }
  const noTexts = [...(kind.durations ?? []), ...(kind.values ?? []), 'until'];
  const own = templates.filter((key) => !noTexts.includes(key) && schema?.properties[key] !== undefined);
  const texts = own.map((key) => {
    const property = schema?.properties[key];
    const shape = isObject(property) ? property['type'] : undefined;
    const given = { array: [template], object: { WORDS: template } };
    return [key, shape === 'array' || shape === 'object' ? given[shape] : template] as const;
  });
  return [
    {
      what: type,
      keys: { type, ...example, ...Object.fromEntries(texts), ...more[type] } as JsonObject,
      // somebody else has something to change
      ...(kind.asksPersona === true ? { qa: { persona: 'code-reviewer' } } : {}),
    },
  ];
}

/** What the action takes, of all that one takes. */
function paramsOf(action: string): JsonObject {
  const all: JsonObject = { title: template, body: template, labels: ['done'], assignees: ['ada'] };
  const step = { id: 'it', type: 'github', action, params: all };
  const { findings } = checkWorkflow(
    { id: 'all', file: 'all.yml', text: JSON.stringify({ steps: [step] }) },
    { kinds },
  );
  const without = findings.flatMap(({ code, path }) => (code === 'schema/no-effect' ? [path.split('.').at(-1)] : []));
  return Object.fromEntries(Object.entries(all).filter(([key]) => !without.includes(key)));
}

const kinds = createStepKinds();
const cases = kinds
  .filter(({ schema, children }) => schema !== undefined && children === undefined)
  .flatMap(casesOf)
  .filter(({ keys }) => JSON.stringify(keys).includes('{{ task.title'));

test('there is a case for everything that takes a text', () => {
  expect(cases.map(({ what }) => what)).toMatchInlineSnapshot(`
    [
      "persona-request",
      "git-operation commit",
      "git-operation sync",
      "git-operation merge",
      "git-operation squash",
      "git-operation tag",
      "git-operation revert",
      "git-operation open-pull-request",
      "git-operation merge-pull-request",
      "git-operation finalize",
      "git-operation feature_complete",
      "git-operation hotfix_deploy",
      "github comment",
      "github create-issue",
      "approval",
      "question",
      "run",
    ]
  `);
});

/** Every text that reached GitHub or git. */
interface Posted {
  readonly texts: readonly string[];
  readonly commits: readonly string[];
  readonly status: string;
}

describe.each(cases)('$what', ({ keys, qa }) => {
  let posted: Posted;
  let world: PersonaWorld;
  beforeAll(async () => {
    world = await makePersonaWorld({ answers });
    world.git.commit('other', { 'other.txt': 'other\n' });
    posted = await play(world, [
      { id: 'qa', type: 'persona-request', persona: 'lead-engineer', ...qa },
      { id: 'it', name: 'Say {{ task.title }}', dependencies: ['qa'], ...keys },
    ]);
  });
  afterAll(() => world.remove());

  test('people’s and personas’ words do nothing in what it posts', () => {
    expect(posted.status).toMatch(/^(?:succeeded|waiting)$/);
    expect(posted.texts.flatMap((text) => actingIn(text, acts))).toEqual([]);
    expect(posted.commits.filter((text) => text.startsWith('Author')).flatMap((text) => actingIn(text, acts))).toEqual(
      [],
    );
    expect(posted.commits.flatMap((text) => actingIn(text, actsInCommits))).toEqual([]);
  });
});

function actingIn(text: string, patterns: readonly RegExp[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const found = pattern.exec(text);
    return found === null
      ? []
      : [`${pattern.source}: …${text.slice(Math.max(0, found.index - 60), found.index + 60)}…`];
  });
}

const said = JSON.stringify(hostile);
const answers = `
code-reviewer: { status: pass, summary: ${said}, outputs: { words: ${said}, risk: low } }
lead-engineer: { status: pass, summary: ${said}, outputs: { words: ${said} }, edits: { "src/sum.js": "module.exports = (a, b) => a + b;\\n" } }
`;

async function play(world: PersonaWorld, steps: readonly JsonObject[]): Promise<Posted> {
  const personas = new Map([
    ['lead-engineer', { edits: true }],
    ['code-reviewer', { edits: false }],
  ]);
  const text = `name: "Do {{ task.title }}"\nsteps:\n${steps.map((step) => `  - ${JSON.stringify(step)}\n`).join('')}`;
  const file = { id: 'posting', file: 'posting.yml', text };
  const checked = checkWorkflow(file, { kinds, personas, allowAutoMerge: true });
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings, null, 2));
  const made = await world.specOf([], {});
  const task = { ...made.task, title: hostile, body: hostile };
  const scope = { task: toJson(task) };
  const run: RunSpec = spec(withEvaluatedNames(checked.workflow, scope), {
    personas: made.personas,
    task,
    repository: { id: 42, owner: 'acme', name: 'widgets', defaultBranch: 'main', cloneUrl: 'unused' },
    settings: { ...made.settings, allowAutoMerge: true },
  });
  const texts: string[] = [];
  const services: StepServices = {
    ...world.services,
    workplace: async (context) => ({
      ...(await world.services.workplace(context)),
      api: listening(createFakeOnce(world), texts),
      botLogin: 'troupe[bot]',
    }),
    pullRequestPart: ({ state }, stage) => renderPullRequest({ run: showRun({ state }), stage }),
  };
  const state = await playRun(run, createExecutor(kinds, services));
  const { surfaces } = renderView({ run: showRun({ state }), shown: [], now: Date.now() });
  const error = state.steps.get('it' as StepPath)?.error; // a path of the test's own workflow
  if (error !== undefined) throw new Error(JSON.stringify(error));
  const commits = world.git.git('log', '--all', '--format=%B%x00').split('\0');
  const tags = world.git.git('for-each-ref', '--format=%(contents)', 'refs/tags');
  return {
    // nothing in a drawing is Markdown
    texts: [...texts, ...surfaces.flatMap(stringsIn)].map((one) => one.replaceAll(/^```mermaid\n[\s\S]*?^```$/gm, '')),
    commits: [...commits, tags],
    status: state.steps.get('it' as StepPath)?.status ?? '',
  };
}

const fakes = new WeakMap<PersonaWorld, RepositoryApi>();

function createFakeOnce(world: PersonaWorld): RepositoryApi {
  const api = fakes.get(world) ?? createFakePulls(world.git).api;
  fakes.set(world, api);
  return api;
}

/** The API, with every text that is handed to it kept. */
function listening(api: RepositoryApi, texts: string[]): RepositoryApi {
  return new Proxy(api, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        texts.push(...args.flatMap(stringsIn));
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  // GitHub shows the name of a check as it is
  return Object.entries(value).flatMap(([key, inner]) => (key === 'name' ? [] : stringsIn(inner)));
}
