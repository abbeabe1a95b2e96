// What every handler, every rule of a start and every command keeps to: a name, a sentence for each refusal, its place in the order. New ones run through this by being in the lists.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHurriedClock } from '../../test/support/hurried-clock.ts';
import type { RunSpec } from '../engine/index.ts';
import { systemClock } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { commandBook, commands } from './commands/index.ts';
import { parseCommands } from './commands/parse.ts';
import { handlers, installationHandlers } from './handlers/index.ts';
import type { Handler } from './handlers/index.ts';
import { registries } from './registries.ts';
import { startRules } from './start-rules/index.ts';
import type { StartRule } from './start-rules/index.ts';
import { holds, refuses } from './start-rules/types.ts';
import { base, bot, issue, operator, story, wendy, workflow } from './testing/story.ts';
import type { Story } from './testing/story.ts';
import type { CoordinatorPorts, Decision, HandleResult } from './common/types.ts';

const sentence = /\S+ \S+/;

test('every handler and every rule has a name of its own and says what it is about', () => {
  const names = [...handlers, ...installationHandlers].map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const rules = startRules.map(({ name }) => name);
  expect(new Set(rules).size).toBe(rules.length);
  for (const name of [...names, ...rules]) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  for (const { answersTo } of [...handlers, ...installationHandlers]) expect(answersTo).toMatch(sentence);
});

test.each([
  ['commands', 'event', 'a comment that commands triggers nothing besides'],
  ['paused-label', 'label', 'the label that pauses starts nothing'],
  ['label', 'event', 'a label is told to its sender, an event is not'],
  ['closed', 'event', 'what ends with the task ends before something starts for it'],
  ['stranger-push', 'event', 'a head that nobody judged is shown as that'],
  ['event', 'review', 'a workflow that names the event stands above the rework'],
  ['branch-lost', 'plain-event', 'a force-push disturbs before it starts'],
  ['removed', 'installed', 'what was lost gets no labels'],
])('the handler %s is asked before %s: %s', (first, second) => {
  const order = [...handlers, ...installationHandlers].map(({ name }) => name);
  expect(order).toContain(first);
  expect(order.indexOf(first)).toBeLessThan(order.indexOf(second));
});

test.each([
  ['match', 'permission', 'where nothing of ours was meant, nobody is asked and nobody is told'],
  ['match', 'still-true', 'a label of somebody else costs no request'],
  ['still-true', 'permission', 'a label that is off again is refused to nobody'],
  ['listed-bot', 'permission', 'a bot has no permission to ask for'],
  ['permission', 'files', 'whoever may not start a run learns nothing of the files'],
  ['permission', 'known', 'nor of what workflows there are'],
  ['files', 'inputs', 'a broken file has no inputs'],
  ['known', 'inputs', 'an unknown workflow has none'],
  ['single', 'inputs', 'nor have two'],
  ['inputs', 'lock-name', 'the lock may be named after an input'],
  ['before-paying', 'budget', 'what cannot be played is said before what it would cost'],
  ['lock-name', 'free', 'a lock without a name is held by nobody'],
])('the rule %s is asked before %s: %s', (first, second) => {
  const order = startRules.map(({ name }) => name);
  expect(order).toContain(first);
  expect(order.indexOf(first)).toBeLessThan(order.indexOf(second));
});

/** A way to make a rule refuse, and the start of its sentence. */
type Refused = readonly [rule: string, reason: string, make: (told: Story) => Promise<HandleResult>];
const someRun = '/troupe run feature';
const refusals: readonly Refused[] = [
  ['match', 'no workflow answers to it', ({ label }) => label('question')],
  ['still-true', 'the label troupe:feature is not there', ({ label }) => label('troupe:feature', { gone: true })],
  ['listed-bot', 'the bot evil[bot] is not', ({ label }) => label('troupe:feature', { sender: bots('evil[bot]') })],
  ['permission', 'tom has triage permission', ({ label }) => label('troupe:feature', { sender: tom })],
  ['files', '.github/troupe/workflows/x.yml has mistakes', withFile('x', 'steps: 7', '/troupe run x')],
  ['known', 'there is no workflow nothing', ({ comment }) => comment('/troupe run nothing')],
  ['single', 'feature and x tie', tied],
  ['open', 'the issue or pull request is closed', ({ comment }) => comment(someRun, { issue: { state: 'closed' } })],
  ['not-paused', 'the label troupe:paused is on', paused],
  ['own-branch', 'the pull request comes from a fork', fromFork],
  ['inputs', 'inputs of feature are missing', ({ comment }) => comment(`${someRun} nothing=7`)],
  ['lock-name', 'concurrency.group of x has no value', withFile('x', badGroup(), '/troupe run x')],
  ['before-paying', 'it could not go on', ({ comment }) => comment(someRun)],
  ['budget', 'the runs of the last 24 hours', ({ comment }) => comment(someRun)],
  ['rate', 'limits.runs_per_person_hour is 1', secondRun],
  ['free', 'x is rejected while another run', busy],
];

test('every rule has its refusal in the table below', () => {
  expect(refusals.map(([name]) => name)).toEqual(startRules.map(({ name }) => name));
});

test.each(refusals)('the rule %s refuses with a sentence: %s …', async (rule, reason, make) => {
  const told = story(portsFor(rule));
  const result = await make(told);
  const asked = result.why.filter(({ topic }) => topic === 'rule');
  const { length } = asked;
  const turned = asked.at(-1);
  expect(turned).toMatchObject({ subject: rule, ok: false });
  expect(turned?.detail.startsWith(reason), turned?.detail).toBe(true);
  // all before it held and said so, in the order of the list; none behind it was asked
  expect(asked.map(({ subject }) => subject)).toEqual(startRules.slice(0, length).map(({ name }) => name));
  for (const { ok, detail } of asked.slice(0, -1))
    expect([ok, detail]).toEqual([true, expect.stringMatching(sentence)]);
});

test('explain prints the rules in their order, up to the one that turns it back and why', async () => {
  const told = story(portsFor('before-paying'));
  told.github.labelsOf.set(7, new Set(['bug']));
  told.github.files.set('.github/troupe/workflows/fix.yml', workflow('fix', 'trigger: { labels: [bug] }'));
  await told.comment('/troupe explain');
  const [text = ''] = told.said();
  const lines = text.split('\n').filter((line) => line.includes(' rule ') || line.includes('not asked'));
  const shown = ['match', 'still-true', 'listed-bot', 'permission', 'files', 'known', 'single', 'open', 'not-paused'];
  const names = startRules.map(({ name }) => name);
  const before = names.slice(0, names.indexOf('before-paying'));
  expect(before).toEqual(expect.arrayContaining([...shown, 'own-branch', 'inputs']));
  const after = names.slice(names.indexOf('before-paying') + 1);
  const last = ['budget', 'rate', 'free'];
  expect(after.filter((name) => last.includes(name))).toEqual(last);
  expect(lines.map((line) => /^- (\S) rule `([\w-]+)`/.exec(line)?.slice(1).join(' ') ?? line)).toEqual([
    ...before.map((name) => `✓ ${name}`),
    '✗ before-paying',
    `- not asked any more: ${after.map((name) => `\`${name}\``).join(', ')}`,
  ]);
  expect(text).toContain('✗ rule `before-paying`: it could not go on: The command is not there');
});

test.each(handlers)(
  'the handler $name turns nothing back in silence: each decision does something or says why not',
  async (handler) => {
    const clock = createHurriedClock({ idleMs: 0 });
    const seen = new Set<string>();
    try {
      await fc.assert(
        fc.asyncProperty(happenings, ({ event, payload }) => judged(handler, { event, payload }, { clock, seen })),
        { numRuns: 60, examples: certain.map((one) => [one]) },
      );
    } finally {
      clock.stop();
    }
    expect([...seen]).toEqual([handler.name]);
  },
);

test.each(commands)('the command $verb tells what it does, and reads its own example', async (command) => {
  const { verb, usage, summary, example } = command;
  expect(usage.split(' ')[0]).toBe(verb);
  expect(summary).toMatch(/^\S.*[^.]$/);
  const read = parseCommands(example, bot.login);
  expect(read.map((one) => commandBook(commands).of(one.verb)?.verb)).toEqual([verb]);
  const { comment, said } = story();
  await comment('/troupe help');
  expect(said()[0]).toContain(`| \`/troupe ${usage.replaceAll('|', '\\|')}\` | ${summary} |`);
});

test('a handler, a rule and a command that are handed in stand beside Troupe’s own', async () => {
  const starred: Handler = {
    name: 'starred',
    answersTo: 'a star that somebody gave',
    then: 'stop',
    matches: (happening): happening is typeof happening => happening.event === 'star',
    decide: async () => ({ outcome: 'acted', reason: 'a star is welcome', why: [], actions: [] }),
  };
  const notOnFridays: StartRule = {
    name: 'not-on-fridays',
    judge: ({ task }) =>
      task.title.includes('Friday') ? refuses('it is about Friday', 'Not on Fridays.') : holds('no word of Friday'),
  };
  const sing = {
    verb: 'sing',
    usage: 'sing',
    summary: 'sings',
    example: '/troupe sing',
    who: 'anyone' as const,
    decide: async () => ({ accepted: true, lines: ['La.'], actions: [], why: [] }),
  };
  const told = story(
    {},
    {
      handlers: [starred, ...registries.handlers],
      startRules: [...registries.startRules, notOnFridays],
      commands: [...registries.commands, sing],
    },
  );
  expect(await told.send('star', { ...base(), action: 'created' })).toMatchObject({ reason: 'a star is welcome' });
  await told.comment('/troupe sing', { commentId: 601 });
  await told.comment('/troupe help', { commentId: 602 });
  await told.comment(someRun, { commentId: 603, issue: { title: 'On Friday it breaks' } });
  const [sung, help, refused] = told.said();
  expect([sung, refused]).toEqual(['La.', 'Not on Fridays.']);
  expect(help).toContain('| `/troupe sing` | sings |');
  expect(told.runs.specs.size).toBe(0);
});

const tom = { login: 'tom', id: 4, type: 'User' };

function bots(login: string): { login: string; id: number; type: string } {
  return { login, id: 77, type: 'Bot' };
}

function withFile(id: string, text: string, command: string): Refused[2] {
  return ({ github, comment }) => {
    github.files.set(`.github/troupe/workflows/${id}.yml`, text);
    return comment(command);
  };
}

function tied({ github, label }: Story): Promise<HandleResult> {
  for (const id of ['feature', 'x'])
    github.files.set(`.github/troupe/workflows/${id}.yml`, workflow(id, 'trigger: { labels: [bug] }'));
  return label('bug');
}

async function paused({ github, comment }: Story): Promise<HandleResult> {
  github.labelsOf.set(7, new Set(['troupe:paused']));
  return comment(someRun);
}

function fromFork({ github, send }: Story): Promise<HandleResult> {
  github.files.set(
    '.github/troupe/workflows/x.yml',
    workflow('x', 'trigger: { events: [pull_request.opened] }')
      .replace('branch: false', '')
      .replace('code-reviewer', 'lead-engineer'),
  );
  const side = (id: number) => ({ ref: 'work', sha: 'a'.repeat(40), repo: { id } });
  const pull = { ...issue(), head: side(555), base: side(100), merged: false };
  return send('pull_request', { ...base(), action: 'opened', sender: wendy, pull_request: pull });
}

function badGroup(): string {
  return workflow('x', 'concurrency: { group: "{{task.milestone.title}}" }');
}

async function secondRun({ comment }: Story): Promise<HandleResult> {
  await comment(someRun, { commentId: 400 });
  return comment(someRun);
}

async function busy({ github, comment }: Story): Promise<HandleResult> {
  github.files.set('.github/troupe/workflows/x.yml', workflow('x', 'concurrency: { group: g, on_conflict: reject }'));
  await comment('/troupe run x', { commentId: 400 });
  return comment('/troupe run x');
}

function portsFor(rule: string): Partial<CoordinatorPorts> {
  if (rule === 'before-paying') return { hindrances: async () => [{ message: 'The command is not there' }] };
  if (rule === 'budget') return { operator: { ...operator, limits: { ...operator.limits, costUsdPerDay: 0 } } };
  // the runs of a story are started at the beginning of time
  if (rule === 'rate')
    return {
      clock: { ...systemClock, now: () => 1_000 },
      operator: { ...operator, limits: { ...operator.limits, rates: { perPersonHour: 1 } } },
    };
  return {};
}

/** Something that may come: most of it is about nothing of ours. */
interface Came {
  readonly event: string;
  readonly payload: object;
}

const sha = 'a'.repeat(40);
const side = { ref: 'troupe/7', sha, repo: { id: 100 } };
const pull = { ...issue({ author: bot.login }), head: side, base: side, merged: false };
const people = fc.constantFrom(wendy, tom, { login: 'mallory', id: 66 }, bots('renovate[bot]'), bots('evil[bot]'));
const parts = fc.record(
  {
    action: fc.constantFrom(
      'labeled',
      'unlabeled',
      'opened',
      'closed',
      'created',
      'edited',
      'submitted',
      'synchronize',
      'completed',
      'rerequested',
      'requested_action',
      'renamed',
    ),
    sender: people,
    issue: fc.constantFrom(issue(), issue({ issue: { state: 'closed', closed_at: '2026-11-20T12:00:00Z' } })),
    pull_request: fc.constant(pull),
    label: fc.constantFrom(
      { name: 'troupe:feature' },
      { name: 'troupe:paused' },
      { name: 'bug' },
      { name: 'troupe:lint' },
    ),
    comment: fc.record({
      id: fc.constantFrom(1, 2),
      body: fc.constantFrom('/troupe run feature', '/troupe cancel', '/troupe nonsense', 'well done', '/troupe pause'),
      user: people,
    }),
    review: fc.record({
      id: fc.constant(9),
      state: fc.constantFrom('approved', 'changes_requested'),
      body: fc.constant('No.'),
      user: people,
    }),
    check_run: fc.constantFrom({}, { external_id: 'raaaaaaaaaaaaaaa:run:1', name: 'troupe / feature', head_sha: sha }),
    check_suite: fc.constantFrom(
      {},
      { id: 3, head_sha: sha, head_branch: 'troupe/7', conclusion: 'failure', app: { slug: 'ci' } },
    ),
    requested_action: fc.constantFrom({ identifier: 'approve' }, { identifier: 'dance' }),
    ref: fc.constantFrom('refs/heads/main', 'refs/heads/troupe/7', 'refs/tags/v1', 'troupe/7'),
    ref_type: fc.constantFrom('branch', 'tag'),
    forced: fc.boolean(),
    deleted: fc.boolean(),
    commits: fc.constantFrom([], [{ added: ['.github/troupe/workflows/x.yml'] }]),
  },
  { requiredKeys: ['action', 'sender'] },
);
const events = [
  'issues',
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'push',
  'delete',
  'check_run',
  'check_suite',
  'repository',
  'repository_dispatch',
  'star',
];
const happenings: fc.Arbitrary<Came> = fc
  .tuple(fc.constantFrom(...events), parts)
  .map(([event, payload]) => ({ event, payload }));

/** One for each handler, so that none of them is only asked by chance. */
const certain: readonly Came[] = [
  { event: 'delete', payload: { ref: 'troupe/7', ref_type: 'branch' } },
  { event: 'push', payload: { ref: 'refs/heads/main', commits: [{ added: ['.github/troupe.yml'] }] } },
  { event: 'check_run', payload: { action: 'rerequested', check_run: {} } },
  { event: 'check_suite', payload: { action: 'completed', check_suite: {} } },
  { event: 'repository', payload: { action: 'renamed' } },
  {
    event: 'issue_comment',
    payload: { action: 'created', issue: issue(), comment: { id: 1, body: '/troupe status', user: wendy } },
  },
  ...['troupe:paused', 'bug'].map((name) => ({
    event: 'issues',
    payload: { action: 'labeled', issue: issue(), label: { name } },
  })),
  ...['closed', 'synchronize'].map((action) => ({ event: 'pull_request', payload: { action, pull_request: pull } })),
  {
    event: 'pull_request_review',
    payload: {
      action: 'submitted',
      pull_request: pull,
      review: { id: 9, state: 'changes_requested', body: '', user: wendy },
    },
  },
];

/** The handler alone is asked, in a repository where a run goes on. */
async function judged(
  handler: Handler,
  came: Came,
  { clock, seen }: { readonly clock: CoordinatorPorts['clock']; readonly seen: Set<string> },
): Promise<void> {
  const decisions: Decision[] = [];
  const told = story({ clock, carriesOut: (decision) => (decisions.push(decision), false) }, { handlers: [handler] });
  await withRun(told);
  const result = await told.send(came.event, { ...base(), ...came.payload });
  expect(result.reason).toMatch(sentence);
  for (const { outcome, reason, why, actions, already } of decisions) {
    if (why.some(({ topic }) => topic === 'handler')) seen.add(handler.name);
    expect(reason).toMatch(sentence);
    if (outcome === 'ignored') expect([...actions, ...(already ?? [])]).toEqual([]);
    for (const one of why) if (!one.ok) expect(one.detail).toMatch(sentence);
  }
}

async function withRun(told: Story): Promise<void> {
  const spec = (liveRun ??= await specOfRun());
  await told.runs.journal.start(spec);
  told.runs.append(
    spec.id,
    { type: 'run.started', data: {} },
    // 40 hex digits
    { type: 'facts.changed', data: { branch: 'troupe/7', baseBranch: 'main', headSha: sha as Sha } },
  );
}

let liveRun: RunSpec | undefined;

async function specOfRun(): Promise<RunSpec> {
  const { comment, runs } = story();
  await comment(someRun);
  const [spec] = runs.specs.values();
  if (spec === undefined) throw new Error('the run of the story did not start');
  return spec;
}
