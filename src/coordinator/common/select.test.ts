import { describe, expect, test } from 'vitest';
import type { Trigger, Workflow } from '../../definition/index.ts';
import { emptyRepositoryFile } from '../repository/repository-file.ts';
import { commandLabelId, isReservedLabel, selectNamed, selectWorkflow } from './select.ts';
import type { Occasion } from './select.ts';
import type { Candidate, RepositoryFile } from './types.ts';

function candidate(id: string, trigger: Partial<Trigger>, builtIn = false): Candidate {
  const workflow: Workflow = {
    irVersion: 1,
    id,
    name: id,
    version: '1',
    description: '',
    trigger: { labels: [], events: [], assignees: [], priority: 0, ...trigger },
    inputs: {},
    variables: {},
    concurrency: { group: 'g', onConflict: 'queue' },
    budget: {},
    branch: false,
    permissive: false,
    steps: [],
    onFailure: [],
    finally: [],
    outputs: {},
    hash: '',
  };
  return { id, path: `.github/troupe/workflows/${id}.yml`, blobSha: 'b', builtIn, workflow, findings: [] };
}

const labeled = (label: string): Occasion => ({ name: 'issues.labeled', label, labels: [label], scope: {} });
const command = (...labels: string[]): Occasion => ({ name: 'command', labels, scope: {} });

function select(candidates: readonly Candidate[], occasion: Occasion, file: Partial<RepositoryFile> = {}): string {
  const selection = selectWorkflow(candidates, occasion, { ...emptyRepositoryFile(), ...file });
  if (selection.kind === 'chosen') return selection.candidate.id;
  return selection.kind === 'tie' ? `tie ${selection.candidates.map((one) => one.id).join(' ')}` : selection.kind;
}

describe('which workflow an event starts', () => {
  const bug = candidate('bug', { labels: ['bug'] });
  const hotfix = candidate('hotfix', { labels: ['bug', 'urgent'], priority: 10 });
  const careful = candidate('careful', { labels: ['bug'], condition: 'true' });
  const never = candidate('never', { labels: ['bug'], condition: 'false', priority: 99 });
  const odd = candidate('odd', { labels: ['bug'], condition: 'task.title.length > 3', priority: 99 });
  const opened = candidate('opened', { events: ['issues.opened'] });
  const anyLabel = candidate('any-label', { events: ['issues.labeled'] });
  const assigned = candidate('assigned', { assignees: ['Troupe-Person'] });
  const builtIn = candidate('shipped', { labels: ['bug'], events: ['issues.opened'], priority: 50 }, true);

  test.each<[what: string, candidates: Candidate[], occasion: Occasion, chosen: string]>([
    ['its label', [bug, opened], labeled('bug'), 'bug'],
    ['its label in other letters', [bug], labeled('BUG'), 'bug'],
    ['another label', [bug], labeled('question'), 'none'],
    ['the higher priority wins', [bug, hotfix], labeled('bug'), 'hotfix'],
    ['whatever the order of the files', [hotfix, bug], labeled('bug'), 'hotfix'],
    ['a condition is more specific', [bug, careful], labeled('bug'), 'careful'],
    ['a label is more specific than an event', [anyLabel, bug], labeled('bug'), 'bug'],
    ['an event of any label', [anyLabel], labeled('question'), 'any-label'],
    ['a condition that is false', [bug, never], labeled('bug'), 'bug'],
    ['a condition without a value', [bug, odd], labeled('bug'), 'bug'],
    ['equal ones tie', [bug, candidate('bug2', { labels: ['bug'] })], labeled('bug'), 'tie bug bug2'],
    [
      'a tie below a winner does not matter',
      [bug, candidate('b2', { labels: ['bug'] }), hotfix],
      labeled('bug'),
      'hotfix',
    ],
    ['an event', [bug, opened], { name: 'issues.opened', labels: [], scope: {} }, 'opened'],
    ['another event', [bug, opened], { name: 'issues.edited', labels: [], scope: {} }, 'none'],
    [
      'an assignee',
      [assigned],
      { name: 'issues.assigned', assignee: 'troupe-person', labels: [], scope: {} },
      'assigned',
    ],
    ['another assignee', [assigned], { name: 'issues.assigned', assignee: 'bob', labels: [], scope: {} }, 'none'],
    ['a built-in one sleeps', [builtIn], labeled('bug'), 'none'],
    [
      'a broken file',
      [{ id: 'x', path: 'x.yml', blobSha: '', builtIn: false, findings: [] }, bug],
      labeled('bug'),
      'bug',
    ],
    ['a command takes the labels that are there', [bug, opened], command('question', 'bug'), 'bug'],
    ['a command that nothing answers', [opened], command('bug'), 'none'],
    ['no workflow at all', [], labeled('bug'), 'none'],
  ])('%s', (_what, candidates, occasion, chosen) => {
    expect(select(candidates, occasion)).toBe(chosen);
  });

  test('a built-in one wakes when the repository enables it', () => {
    expect(select([builtIn, bug], labeled('bug'), { workflows: { enable: ['shipped'], disable: [] } })).toBe('shipped');
  });

  test('default_workflow answers a command that names none, and no event', () => {
    expect(select([opened], command(), { defaultWorkflow: 'opened' })).toBe('opened');
    expect(select([opened], labeled('bug'), { defaultWorkflow: 'opened' })).toBe('none');
    expect(select([opened], command(), { defaultWorkflow: 'gone' })).toBe('unknown');
  });

  test('every workflow is told why it was or was not chosen', () => {
    const { why } = selectWorkflow([bug, hotfix, never, odd, opened, builtIn], labeled('bug'), emptyRepositoryFile());
    expect(why.map((one) => `${one.ok ? 'yes' : 'no '} ${one.subject}: ${one.detail}`)).toMatchInlineSnapshot(`
      [
        "no  bug: hotfix has the higher priority or the more specific trigger",
        "yes hotfix: the label \`bug\` is one of its labels",
        "no  never: the label \`bug\` is one of its labels; its condition is false: false",
        "no  odd: the label \`bug\` is one of its labels; its condition cannot be answered: \`task\` has no value here",
        "no  opened: it waits for issues.opened, not for issues.labeled",
        "no  shipped: built in: answers to its own label and command only, unless workflows.enable names it; the label bug starts it only where .github/troupe.yml says workflows: { enable: [shipped] }; the label troupe:shipped and /troupe run shipped do now",
      ]
    `);
  });
});

test('a name always names that workflow, whatever its trigger says', () => {
  const asleep = candidate('shipped', { condition: 'false' }, true);
  expect(selectNamed([asleep], 'Shipped')).toMatchObject({ kind: 'chosen', candidate: { id: 'shipped' } });
  expect(selectNamed([asleep], 'other')).toMatchObject({ kind: 'unknown', id: 'other' });
});

test.each([
  ['troupe:feature', 'feature', false],
  ['Troupe: Feature', 'feature', false],
  ['troupe:paused', 'paused', true],
  ['troupe:needs-human', 'needs-human', true],
  ['TROUPE:Exhausted', 'exhausted', true],
  ['troupe:lint', 'lint', true],
  ['troupe:', undefined, false],
  ['troupe', undefined, false],
  ['feature', undefined, false],
])('the label %s', (label, id, isReserved) => {
  expect([commandLabelId(label), isReservedLabel(label)]).toEqual([id, isReserved]);
});
