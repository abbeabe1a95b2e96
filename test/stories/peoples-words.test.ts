// What people wrote stays as they wrote it, to the last byte: on pull requests of theirs everything, on Troupe's own all that stands around its part.
import { expect, test } from 'vitest';
import { isRunOver } from '../../src/engine/index.ts';
import type { RunState } from '../../src/engine/index.ts';
import { longWords, oddTitle, oddWords } from '../support/odd-words.ts';
import { saidTwice } from '../support/said-twice.ts';
import { shellProviders, writePersona } from '../support/shell-persona.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story, StoryOptions } from '../support/story.ts';

const tell = storyPerTest();

const mend = `name: mend
branch: {}
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, expect: [changes] }
  - id: finish
    type: git-operation
    operation: open-pull-request
    title: Troupe mended it
    body: Troupe says what it did.
    dependencies: [fix]
`;
const careful = mend
  .replace('name: mend', 'name: careful')
  .replace('expect: [changes]', '$&, approval: { by: [maintainer] }');
const plain = `name: plain
trigger: { labels: ["troupe:plain"] }
steps:
  - { id: fix, name: Fix, type: persona-request, persona: lead-engineer, expect: [changes] }
  - { id: look, name: Look, type: persona-request, persona: code-reviewer, dependencies: [fix], approval: { by: [maintainer] } }
`;

function stage(options: StoryOptions = {}): Promise<Story> {
  return tell({
    ...options,
    files: {
      '.github/troupe.yml': 'verify: []\n',
      '.github/troupe/workflows/mend.yml': mend,
      '.github/troupe/workflows/careful.yml': careful,
      '.github/troupe/workflows/plain.yml': plain,
      ...options.files,
    },
  });
}

/** A pull request that a person opened, as a draft. */
async function theirs(told: Story, head: string, words: { title: string; body?: string }): Promise<number> {
  const person = told.github.as('writer');
  await person.pushCommit(told.fullName, head, { from: 'main', message: head, files: { [`${head}.txt`]: 'new\n' } });
  const number = await person.openPullRequest(told.fullName, { head, draft: true, ...words });
  await person.label(told.fullName, number, 'bug');
  await person.assign(told.fullName, number, 'reader');
  await person.comment(told.fullName, number, `My own comment on it\r\n<!-- troupe:run=rabcdefghijklmno -->  `);
  return number;
}

/** Everything of it that is theirs. */
async function kept(told: Story, number: number): Promise<unknown> {
  const pull = (await told.repository.pullRequests()).find((one) => one.number === number);
  const { title, body, draft, state, labels, assignees, requestedReviewers, reviews } = pull ?? {};
  const comments = told.repository
    .comments(number)
    .filter(({ author, body: said }) => author === 'writer' && !said.startsWith('/troupe'))
    .map((comment) => comment.body);
  return { title, body, draft, state, labels, assignees, requestedReviewers, reviews, comments };
}

async function newest(told: Story, number: number, is: (run: RunState) => boolean): Promise<RunState> {
  const run = await told.github.until('the run', async () => {
    const [last] = (await told.runs()).filter(({ taskNumber }) => taskNumber === number);
    const state = last === undefined ? undefined : await told.state(last.id);
    return state !== undefined && is(state) ? state : undefined;
  });
  await told.bot().views.flush(run.id);
  await told.github.settled();
  return told.state(run.id);
}

const isOver = ({ status }: RunState): boolean => isRunOver(status);
const writesOn = (told: Story, number: number): readonly string[] =>
  told.github.requests
    .filter(({ method, path }) => method !== 'GET' && path.endsWith(`/pulls/${number}`))
    .map(({ method }) => method);

test('a pull request that a person opened keeps every byte of theirs: empty, odd, and as long as GitHub takes', async () => {
  const told = await stage();
  for (const [head, words] of [
    ['odd', { title: oddTitle, body: oddWords }],
    ['long', { title: 'A long one', body: longWords }],
    ['empty', { title: 'An empty one', body: '' }],
    ['none', { title: 'One without a word' }],
  ] as const) {
    const number = await theirs(told, head, words);
    const before = await kept(told, number);
    await told.github.as('writer').comment(told.fullName, number, '/troupe run mend');
    const run = await newest(told, number, isOver);
    expect([head, run.status]).toEqual([head, 'succeeded']);
    expect(await kept(told, number)).toEqual(before);
    expect(writesOn(told, number)).toEqual([]);
    expect(run.steps.get('finish' as never)?.result?.warnings).toEqual([
      `Pull request #${number} was there before the run: it keeps its title and its text, so \`title:\` and \`body:\` of the step are left out.`,
      `Pull request #${number} is a draft of the person who opened it, and stays one until they mark it ready.`,
    ]);
    const sticky = told.repository.comments(number).find(({ body }) => body.includes(`troupe:run=${run.id} -->`));
    expect(sticky?.body).toContain('mend is done');
  }
});

/** Personas of a script rehearse; programs do the work. */
const cast: Readonly<Record<string, () => Promise<Story>>> = {
  'a rehearsal': () => stage({ answers: { 'lead-engineer': { status: 'fail', summary: 'I could not.' } } }),
  'work of programs': async () => {
    const told = await stage({
      providers: shellProviders(),
      serverFile: { defaultProvider: 'program', sandbox: 'off' },
    });
    writePersona(told.dir, { 'lead-engineer': "answer.status = 'fail'; answer.summary = 'I could not.';" });
    return told;
  },
};

test.each(Object.keys(cast))('%s keeps them over a run, a failure, a retry, a cancel and a follow-up', async (name) => {
  const rehearsal = name === 'a rehearsal';
  const told = await (cast[name] ?? stage)();
  const number = await theirs(told, 'odd', { title: oddTitle, body: oddWords });
  const before = await kept(told, number);
  const say = (words: string): Promise<number> => told.github.as('writer').comment(told.fullName, number, words);
  const seen = new Set<string>();
  const next = async (words: string, is = isOver): Promise<RunState> => {
    await say(words);
    const run = await newest(told, number, (one) => !seen.has(one.id) && is(one));
    seen.add(run.id);
    expect(run.spec.rehearsal).toBe(rehearsal);
    expect(await kept(told, number)).toEqual(before);
    return run;
  };
  expect((await next('/troupe run mend')).status).toBe('failed');
  const again = await next('/troupe retry');
  expect([again.spec.followUp?.kind, again.status]).toEqual(['retry', 'failed']);
  const more = await next('/troupe followup Also the tests,\nand the readme');
  expect([more.spec.followUp?.kind, more.status]).toEqual(['followup', 'failed']);
  const gated = await next('/troupe run careful', ({ status }) => status === 'waiting' || isRunOver(status));
  expect(gated.status).toBe('waiting');
  await say('/troupe cancel');
  const cancelled = await newest(told, number, (one) => one.id === gated.id && isOver(one));
  expect(cancelled.status).toBe('cancelled');
  expect(await kept(told, number)).toEqual(before);
  expect(writesOn(told, number)).toEqual([]);
  // said on a surface of ours, so that the pull request was not left alone by chance
  const ours = told.repository.comments(number).filter(({ author }) => author === told.app.botLogin);
  expect(ours.some(({ body }) => body.includes(rehearsal ? 'Rehearsal: mend failed' : '❌ mend failed'))).toBe(true);
  const checks = told.repository.checkRuns().map(({ title, summary, text }) => [title, summary, text].join('\n'));
  expect(checks.length).toBeGreaterThan(0);
  for (const page of [...ours.map(({ body }) => body), ...checks]) expect([page, saidTwice(page)]).toEqual([page, []]);
});

/** The waiting run's own pull request, which people may change before it goes on. */
async function ownPull(
  told: Story,
): Promise<{ readonly number: number; readonly title: string; readonly body: string }> {
  await told.label('troupe:plain');
  await told.until('the gate', ({ status }) => status === 'waiting');
  const pull = await told.pull();
  if (pull === undefined) throw new Error('no pull request');
  return pull;
}

async function goOn(told: Story): Promise<RunState> {
  await told.github.as('maintainer').comment(told.fullName, told.issue, '/troupe approve');
  return told.ended();
}

test('on its own pull request Troupe writes between marks, and what people write around them stays', async () => {
  const told = await stage();
  const { number, title, body } = await ownPull(told);
  expect(body).toContain('**plain** is working on this. The pull request is a draft until it is done.');
  const person = told.github.as('maintainer');
  const above = `Read this first.\r\n${oddWords.replaceAll('troupe:text', 'troupe text').replaceAll('abcdefghijklmno text', 'abcdefghijklmno')}`;
  const below = '\r\n\r\n- [ ] tried by hand  \r\n';
  await person.editIssue(told.fullName, number, { body: `${above}${body}${below}` });
  expect((await goOn(told)).status).toBe('succeeded');
  const ended = await told.pull();
  expect(ended).toMatchObject({ title, draft: false });
  expect(ended?.body.startsWith(above)).toBe(true);
  expect(ended?.body.endsWith(below)).toBe(true);
  const own = ended?.body.slice(above.length, -below.length) ?? '';
  expect(plainly(own)).toMatchInlineSnapshot(`
    "<!-- troupe:run=<run> text since=<…> of=<…> title=<…> said=<…> -->
    Closes #1

    **plain** worked on this; every step and what it found is below.

    ### What was done

    ✅ **Fix**

    > Multiplied by the quantity.

    ✅ **Look**

    > Small and right.

    <details><summary>Steps</summary>

    |  | Step | State | Duration | Cost |
    | --- | --- | --- | --- | --- |
    | ✅ | Prepare branch and pull request | done | <time> |  |
    | ✅ | Fix | passed | <time> | $0.00 |
    | ✅ | Look | passed | <time> | $0.00 |
    | ✅ | Settle the pull request | done | <time> |  |

    </details>

    ---
    Run \`<run>\` of **plain** (\`.github/troupe/workflows/plain.yml\`) · personas: \`lead-engineer\`, \`code-reviewer\` · models: \`rehearsal\` · cost: $0.00 · requested by writer
    <!-- troupe:text end of=<…> -->"
  `);
});

test('an edit in a browser turns the line ends of the whole text, and Troupe still knows its part', async () => {
  const told = await stage();
  const { number, body } = await ownPull(told);
  const edited = `${body.replaceAll('\n', '\r\n')}\r\n\r\nMine.`;
  await told.github.as('maintainer').editIssue(told.fullName, number, { body: edited });
  await goOn(told);
  const ended = await told.pull();
  expect(ended?.body.endsWith('\r\n\r\nMine.')).toBe(true);
  expect(ended?.body).toContain('| ✅ | Look | passed |');
});

test('what the file of a workflow says stands first, in title and text, to the end', async () => {
  const told = await stage();
  await told.github.as('writer').comment(told.fullName, told.issue, '/troupe run mend');
  expect((await told.ended()).status).toBe('succeeded');
  const pull = await told.pull();
  expect(pull?.title).toBe('Troupe mended it');
  expect(pull?.body).toMatch(/^<!-- troupe:run=.* -->\nTroupe says what it did\.\n\nCloses #1\n/);
  expect(pull?.body).toContain('| ✅ | Finish | done |');
});

test('a title that a person changed is theirs from then on', async () => {
  const told = await stage();
  const { number } = await ownPull(told);
  const title = 'Totals: multiply by the quantity 🎭';
  await told.github.as('maintainer').editIssue(told.fullName, number, { title });
  await goOn(told);
  const ended = await told.pull();
  expect(ended?.title).toBe(title);
  expect(ended?.body).toContain('**plain** worked on this; every step and what it found is below.');
});

test.each<[string, (body: string) => string]>([
  ['the first mark is gone', (body) => body.replace(/<!-- troupe:run=.*-->\n/, '')],
  ['the last mark is gone', (body) => body.replace(/\n<!-- troupe:text end.*-->/, '')],
  ['the whole part stands there twice', (body) => `${body}\n\n${body}`],
  ['the marks stand the wrong way round', (body) => body.split('\n').toReversed().join('\n')],
  ['a person wrote between the marks', (body) => body.replace('is working on this.', 'is working on this, with me.')],
  ['nothing is left of it', () => ''],
  ['it is somebody else’s from end to end', () => oddWords],
])('%s: the text is people’s from then on, and stays as it is', async (_, change) => {
  const told = await stage();
  const { number, body } = await ownPull(told);
  const changed = change(body);
  expect(changed).not.toBe(body);
  await told.github.as('maintainer').editIssue(told.fullName, number, { body: changed });
  expect((await goOn(told)).status).toBe('succeeded');
  expect(await told.pull()).toMatchObject({ body: changed, draft: false });
});

test.each<[string, (body: string) => string]>([
  ['took the mark out', () => 'Mine now.'],
  [
    'wrote the mark of another run there',
    (body) => body.replaceAll(/troupe:run=r[a-z2-7]{15}/g, 'troupe:run=rabcdefghijklmnop'),
  ],
])('commands on the pull request find its run, though somebody %s', async (_, change) => {
  const told = await stage();
  const { number, body } = await ownPull(told);
  const person = told.github.as('maintainer');
  await person.editIssue(told.fullName, number, { body: change(body) });
  await person.comment(told.fullName, number, '/troupe approve');
  expect((await told.ended()).status).toBe('succeeded');
});

test('a run that is cancelled says so in its pull request, for good', async () => {
  const told = await stage();
  await ownPull(told);
  await told.github.as('maintainer').comment(told.fullName, told.issue, '/troupe cancel');
  expect((await told.ended()).status).toBe('cancelled');
  const ended = await told.pull();
  expect(plainly(ended?.body ?? '')).toMatchInlineSnapshot(`
    "<!-- troupe:run=<run> text since=<…> of=<…> title=<…> said=<…> -->
    Closes #1

    🚫 Rehearsal: plain was cancelled

    > Cancelled by maintainer

    ### What was done

    ✅ **Fix**

    > Multiplied by the quantity.

    <details><summary>Steps</summary>

    |  | Step | State | Duration | Cost |
    | --- | --- | --- | --- | --- |
    | ✅ | Prepare branch and pull request | done | <time> |  |
    | ✅ | Fix | passed | <time> | $0.00 |
    | 🚫 | Look | cancelled |  |  |
    | ✅ | Settle the pull request | done | <time> |  |

    </details>

    ---
    Run \`<run>\` of **plain** (\`.github/troupe/workflows/plain.yml\`) · personas: \`lead-engineer\`, \`code-reviewer\` · models: \`rehearsal\` · cost: $0.00 · requested by writer
    <!-- troupe:text end of=<…> -->"
  `);
});

/** Without what differs from run to run. */
function plainly(text: string): string {
  return text
    .replaceAll(/\br[a-z2-7]{15}\b/g, '<run>')
    .replaceAll(/(since|of|title|said)=[0-9a-f]+/g, '$1=<…>')
    .replaceAll(/\d+(\.\d+)? (ms|s)\b/g, '<time>');
}
