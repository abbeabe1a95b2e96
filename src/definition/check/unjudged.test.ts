// What is told beforehand of files that change after a verdict.
import { expect, test } from 'vitest';
import { ask, context, file, lines } from './testing.ts';

const known = {
  ...context,
  personas: new Map([
    ...(context.personas ?? []),
    ['qa-engineer', { edits: true, commits: false }] as const,
    ['documentation-writer', { edits: true, commits: true }] as const,
  ]),
};
const code = ask('code', '', 'lead-engineer');
const qa = (more = ''): string => ask('qa', `dependencies: [code]${more}`);
const docs = (after: string, more = ''): string =>
  ask('docs', `dependencies: [${after}]${more}`, 'documentation-writer');
const finish = (after: string, operation = 'open-pull-request', more = ''): string =>
  `  - { id: finish, type: git-operation, operation: ${operation}, dependencies: [${after}]${more} }`;

function found(...steps: readonly string[]): readonly string[] {
  return lines(file(...steps), { ...known, allowAutoMerge: true }).filter((line) => line.includes('judged-before'));
}

test('documentation after the judge: a warning with the line to write', () => {
  expect(found(code, qa(), docs('qa'), finish('docs'))).toEqual([
    '3:11 «qa, type: pe» warning structure/judged-before: `docs` may change files after `qa` has judged them; `open-pull-request` (`finish`) then refuses → Write `unjudged: ["docs/**", "*.md"]` on `qa` for the files that need no judgement, or let it judge after `docs`.',
  ]);
});

test.each(['finalize', 'merge-pull-request', 'feature_complete', 'hotfix_deploy'])('so does %s', (operation) => {
  expect(found(code, qa(), docs('qa'), finish('docs', operation))).toHaveLength(1);
});

test('judges inside a parallel, and a writer beside the judge', () => {
  const both = `  - { id: reviews, type: parallel, dependencies: [code], steps: [{ id: qa, type: persona-request, persona: qa-engineer }, { id: review, type: persona-request, persona: code-reviewer }] }`;
  expect(found(code, both, docs('reviews'), finish('docs'))).toHaveLength(2);
  expect(found(code, qa(), docs('code'), finish('"qa", "docs"'))).toHaveLength(1);
});

test.each([
  ['the judge allows it', [code, qa(', unjudged: ["docs/**"]'), docs('qa'), finish('docs')]],
  ['its word does not count', [code, qa(', advisory: true'), docs('qa'), finish('docs')]],
  ['nothing of it is committed', [code, qa(), docs('qa', ', commit: none'), finish('docs')]],
  ['it is written before it is judged', [code, docs('code'), ask('qa', 'dependencies: [docs]'), finish('qa')]],
  ['the workflow goes on unverified', [code, qa(), docs('qa'), finish('docs', 'finalize', ', allow_unverified: true')]],
  ['nothing is finished', [code, qa(), docs('qa')]],
  [
    'a plan was judged, before any file was changed',
    [ask('plan'), ask('code', 'dependencies: [plan]', 'lead-engineer'), finish('code')],
  ],
])('nothing where %s', (_why, steps) => {
  expect(found(...steps)).toEqual([]);
});

test('nothing where only one of the two runs', () => {
  const either =
    '  - { id: either, type: conditional, dependencies: [code], condition: "task.type === \'x\'", then_steps: [{ id: qa, type: persona-request, persona: qa-engineer }], else_steps: [{ id: docs, type: persona-request, persona: documentation-writer }] }';
  expect(found(code, either, finish('either'))).toEqual([]);
});
