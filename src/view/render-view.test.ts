import { expect, test } from 'vitest';
import { renderPullRequest } from './render-pull-request.ts';
import { renderView } from './render-view.ts';
import { showRun } from './shown/shown-run.ts';
import { headB, ran, runOf, runs, specOf, startedAt } from './testing.ts';
import type { RunState } from '../engine/index.ts';

function render(state: RunState, now = startedAt + 100_000) {
  const view = renderView({ run: showRun({ state }), shown: [], now });
  const comment = view.surfaces.find(({ key }) => key === 'comment');
  const checks = view.surfaces.flatMap((surface) => (surface.kind === 'check' ? [surface.check] : []));
  return { view, comment: comment?.kind === 'comment' ? comment.body : '', checks };
}

const pass = (summary: string) => ({ outputs: {}, verdict: 'pass' as const, summary });
const cost = (costUsd: string) => [
  { costUsd, inputTokens: 900, outputTokens: 100, source: 'provider' as const, complete: true },
];
const evidence = [
  {
    by: 'troupe' as const,
    command: ['npm', 'test'],
    exitCode: 0,
    tests: { run: 14, passed: 14, failed: 0, skipped: 0 },
    output: '14 passing',
  },
];
const finished = runOf(
  'succeeded',
  {
    prepare: ran(0, 1),
    plan: ran(1, 5, { result: pass('Change `sum`.'), usage: cost('0.01') }),
    implement: ran(5, 20, {
      result: { outputs: {}, summary: 'Fixed. @everyone Closes #9', sha: headB },
      usage: cost('0.2'),
    }),
    qa: ran(20, 30, { result: { ...pass('All green.'), evidence }, attempts: 2 }),
    review: ran(30, 40, { result: pass('Reads well.') }),
    security: ran(30, 41, { result: pass('No risk.') }),
    reviews: ran(30, 41),
    finish: ran(41, 42, { result: { outputs: {}, noop: 'Nothing to merge.' } }),
  },
  {
    reason: 'every step finished',
    finishedAt: startedAt + 42_000,
    facts: {
      headSha: headB,
      pullRequest: { number: 12, url: 'https://github.com/acme/shop/pull/12', draft: false, state: 'open' },
    },
    usage: { personaRuns: 5, inputTokens: 9_000, outputTokens: 1_234, costUsd: '0.21', complete: true },
  },
);

test('the comment of a finished run: result, next step, table, receipt, links', () => {
  expect(render(finished).comment.split('\n<details>')[0]).toMatchInlineSnapshot(`
    "<!-- troupe:run=rabcdefghijklmno -->
    ### ✅ Project loop is done: [#12](https://github.com/acme/shop/pull/12) is ready for review

    Review [#12](https://github.com/acme/shop/pull/12) and merge it.

    |  | Step | State | Duration | Cost |
    | --- | --- | --- | --- | --- |
    | ✅ | Prepare | done | 1.0 s |  |
    | ✅ | Plan | passed | 4.0 s | $0.0100 |
    | ✅ | Implement | done | 15.0 s | $0.20 |
    | ✅ | QA | passed (2 attempts) | 10.0 s |  |
    | ✅ | Code review | passed | 10.0 s |  |
    | ✅ | Security review | passed | 11.0 s |  |
    | ➖ | Finish | nothing to do | 1.0 s |  |

    **Receipt**: 5 agent runs · 10,234 tokens · $0.21 · 42.0 s

    [pull request #12](https://github.com/acme/shop/pull/12) · [checks](https://github.com/acme/shop/pull/12/checks) · run \`rabcdefghijklmno\`
    "
  `);
});

test('a run that was not let open its pull request says which setting keeps it, and where a person opens it', () => {
  const cloneUrl = 'https://github.com/acme/shop.git';
  const spec = specOf({ repository: { id: 1, owner: 'acme', name: 'shop', defaultBranch: 'main', cloneUrl } });
  const facts = { headSha: headB, branch: 'troupe/7-a&b', baseBranch: 'main' };
  const { comment, checks } = render(
    runOf(
      'degraded',
      { prepare: ran(0, 1), finish: ran(1, 2, { result: { outputs: {}, shortfall: 'Branch pushed, but no "x"' } }) },
      { spec, facts, reason: 'Branch pushed, but no "x"' },
    ),
  );
  const link = 'https://github.com/acme/shop/compare/main...troupe%2F7-a%26b?expand=1';
  const rollup = checks.find(({ name }) => name === 'troupe / project-loop');
  expect(rollup).toMatchObject({ status: 'completed', conclusion: 'neutral' });
  for (const text of [comment, rollup?.summary]) {
    expect(text).toContain('Branch pushed, but no "x"');
    expect(text).toContain(`[Open the pull request yourself](${link}).`);
  }
});

test('the link to a pull request that a person opens leads there whatever the branches are called', () => {
  const cloneUrl = 'https://github.com/acme/shop.git';
  const spec = specOf({ repository: { id: 1, owner: 'acme', name: 'shop', defaultBranch: 'main', cloneUrl } });
  const facts = { headSha: headB, branch: "fix/(it's)#7-`x`|!", baseBranch: 'release/1.0-100%' };
  const finish = ran(1, 2, { result: { outputs: {}, shortfall: 'Branch pushed' } });
  const { comment } = render(runOf('degraded', { prepare: ran(0, 1), finish }, { spec, facts }));
  const range = 'release%2F1.0-100%25...fix%2F%28it%27s%29%237-%60x%60%7C%21';
  expect(comment).toContain(`(https://github.com/acme/shop/compare/${range}?expand=1).`);
});

test('a price that nobody knows is called unknown in table, check and receipt, never nothing', () => {
  const untold = { source: 'none' as const, complete: false };
  const late = { error: { class: 'timeout' as const, code: 'engine/timed-out', message: 'Too slow' } };
  const total = { personaRuns: 1, inputTokens: 0, outputTokens: 0, complete: false, tokensUnknown: true } as const;
  const shown = (usage: readonly object[], sum: object) => {
    const implement = { ...ran(5, 20, { usage: usage as never, ...late }), status: 'timed_out' as const };
    const { comment, checks } = render(
      runOf('timed_out', { prepare: ran(0, 1), implement }, { usage: { ...total, costUsd: '0', ...sum } }),
    );
    return [
      /Implement \| timed out \| 15\.0 s \| (.*) \|/.exec(comment)?.[1],
      /\*\*Receipt\*\*: (.*) · /.exec(comment)?.[1],
      /15\.0 s · ([^·\n]*)/.exec(checks.find(({ name }) => name.endsWith('Implement'))?.summary ?? '')?.[1],
    ];
  };
  expect(shown([untold], {})).toEqual(['cost unknown', '1 agent run · tokens unknown · cost unknown', 'cost unknown']);
  expect(shown([...cost('0.1'), ...cost('0.2'), untold], { costUsd: '0.3', inputTokens: 2_000 })).toEqual([
    'at least $0.30',
    '1 agent run · at least 2,000 tokens · at least $0.30',
    'at least $0.30',
  ]);
  expect(shown(cost('0.00000077'), { costUsd: '0.00000077', complete: true, tokensUnknown: undefined })[0]).toBe(
    'under $0.0001',
  );
});

test('the comment of a running run says what runs and since when', () => {
  expect(
    render(
      runOf('running', { prepare: ran(0, 1), plan: ran(1, 5), implement: runs(5, { attempts: 2 }) }),
    ).comment.split('\n\n<details>')[0],
  ).toMatchInlineSnapshot(`
    "<!-- troupe:run=rabcdefghijklmno -->
    ### 🔵 Project loop is running: **Implement**

    Nothing needs to be done: this comment is kept up to date.

    |  | Step | State | Duration | Cost |
    | --- | --- | --- | --- | --- |
    | ✅ | Prepare | done | 1.0 s |  |
    | ✅ | Plan | done | 4.0 s |  |
    | 🔵 | Implement | running (2 attempts) | since 12:00 UTC |  |
    | ⚪ | QA | not started |  |  |
    | ⚪ | Code review | not started |  |  |
    | ⚪ | Security review | not started |  |  |
    | ⚪ | Finish | not started |  |  |

    [pull request #12](https://github.com/acme/shop/pull/12) · [checks](https://github.com/acme/shop/pull/12/checks) · run \`rabcdefghijklmno\`"
  `);
});

test('the headline names the step that said no, not the one that refused to go on', () => {
  const against = {
    class: 'failed',
    code: 'step/verdict-against',
    message: 'Cannot run "Finish": "QA" says fail',
  } as const;
  const { view, comment } = render(
    runOf(
      'failed',
      {
        prepare: ran(0, 1),
        plan: ran(1, 5),
        implement: ran(5, 9),
        qa: ran(9, 12, { result: { outputs: {}, verdict: 'fail', summary: '2 tests are red' } }),
        finish: { ...ran(12, 13), status: 'failed', error: against },
      },
      { reason: 'Step "QA" says fail: 2 tests are red', finishedAt: startedAt + 13_000 },
    ),
  );
  const notice = view.surfaces.find(({ key }) => key === 'notice:failed');
  expect(comment).toContain('Project loop failed at QA\n');
  expect(notice?.kind === 'comment' ? notice.body : '').toContain('**Project loop** failed at **QA**.');
});

test('a run that ran out of time says where', () => {
  const { comment } = render(
    runOf(
      'timed_out',
      { prepare: ran(0, 1), plan: { ...ran(1, 5), status: 'timed_out' } },
      { finishedAt: startedAt + 5_000 },
    ),
  );
  expect(comment).toContain('Project loop ran out of time at Plan\n');
});

test('the comment of a failed run, and the one notice that mentions who asked', () => {
  const { view, comment } = render(
    runOf(
      'failed',
      {
        prepare: ran(0, 1),
        plan: ran(1, 5),
        implement: ran(5, 9),
        qa: ran(9, 12, { result: { outputs: {}, verdict: 'fail', summary: '2 tests are red' } }),
        review: { status: 'skipped', skipped: { reason: 'dependency', because: 'qa' } },
      },
      { reason: 'QA says fail', finishedAt: startedAt + 12_000 },
    ),
  );
  expect(comment.split('\n\n|')[0]).toMatchInlineSnapshot(`
    "<!-- troupe:run=rabcdefghijklmno -->
    ### ❌ Project loop failed at QA

    QA says fail

    Read what the step says, then put the label \`troupe:project-loop\` back to start again. The work so far is kept in [#12](https://github.com/acme/shop/pull/12)."
  `);
  const notice = view.surfaces.find(({ key }) => key === 'notice:failed');
  expect(notice?.kind === 'comment' ? notice.body : '').toMatchInlineSnapshot(`
    "<!-- troupe:run=rabcdefghijklmno notice:failed -->
    @octocat **Project loop** failed at **QA**.

    > QA says fail

    Read what the step says, then put the label \`troupe:project-loop\` back to start again. The work so far is kept in [#12](https://github.com/acme/shop/pull/12)."
  `);
});

test('checks of a finished run: names, conclusions, titles', () => {
  expect(render(finished).checks.map(({ name, conclusion, title }) => `${name} — ${conclusion} — ${title}`))
    .toMatchInlineSnapshot(`
    [
      "troupe / project-loop — success — Project loop is done: #12 is ready for review",
      "troupe / project-loop / Plan — success — Passed: Change \`sum\`.",
      "troupe / project-loop / Implement — success — Done: Fixed. @​everyone Clos​es #​9",
      "troupe / project-loop / QA — success — Passed: All green.",
      "troupe / project-loop / Code review — success — Passed: Reads well.",
      "troupe / project-loop / Security review — success — Passed: No risk.",
      "troupe / project-loop / Finish — neutral — Nothing to do: Nothing to merge.",
    ]
  `);
});

test('what a check says of a step that Troupe verified', () => {
  const qa = render(finished).checks.find(({ name }) => name.endsWith('QA'));
  expect(qa?.summary).toMatchInlineSnapshot(`
    "10.0 s · attempt 2

    **Verdict**

    pass

    **Evidence**

    | Command | Exit code | Tests | Run by |
    | --- | --- | --- | --- |
    | \`npm test\` | 0 | 14 of 14 passed | Troupe |

    [#12](https://github.com/acme/shop/pull/12)"
  `);
  expect(qa?.text).toMatchInlineSnapshot(`
    "\`npm test\`

    \`\`\`text
    14 passing
    \`\`\`"
  `);
});

test.each([
  ['a fail verdict', { result: { outputs: {}, verdict: 'fail' as const } }, 'failure'],
  ['no verdict where one is needed', { result: { outputs: {}, verdict: 'unknown' as const } }, 'failure'],
  ['nothing to do', { result: { outputs: {}, noop: 'done already' } }, 'neutral'],
  ['skipped', { status: 'skipped' as const }, 'skipped'],
  ['never reached', { status: 'pending' as const }, 'skipped'],
  ['cancelled', { status: 'cancelled' as const }, 'cancelled'],
  ['out of time', { status: 'timed_out' as const }, 'timed_out'],
])('%s is not shown green', (_, more, conclusion) => {
  const { checks } = render(runOf('failed', { qa: ran(1, 2, more) }));
  expect(checks.find(({ name }) => name.endsWith('QA'))?.conclusion).toBe(conclusion);
});

test('a rehearsal is said in every title', () => {
  const { checks, comment, view } = render({ ...finished, status: 'failed', spec: specOf({ rehearsal: true }) });
  expect(checks.every(({ title }) => title.startsWith('Rehearsal: '))).toBe(true);
  expect(comment).toContain('### ❌ Rehearsal: ');
  expect(view.surfaces.every((surface) => JSON.stringify(surface).includes('Rehearsal'))).toBe(true);
  expect(
    renderPullRequest({ run: showRun({ state: { ...finished, spec: specOf({ rehearsal: true }) } }), stage: 'final' })
      .title,
  ).toMatch(/^Rehearsal: /);
});

test('a running check changes once a minute, a waiting comment not at all', () => {
  const state = runOf('running', { prepare: ran(0, 1), plan: runs(0) });
  const at = (seconds: number) => render(state, startedAt + seconds * 1_000);
  expect(at(61)).toEqual(at(119));
  expect(at(61).checks[1]?.title).toBe('Running for 1 min');
  expect(at(61).comment).toBe(at(600).comment);
});

test('a run that writes nothing has a comment only; one without an issue has checks only', () => {
  expect(render(runOf('running', { plan: runs(0) }, { facts: {} })).view.surfaces.map(({ key }) => key)).toEqual([
    'comment',
  ]);
  const task = { ...specOf().task, kind: 'none' as const };
  expect(
    render(runOf('running', { plan: runs(0) }, { spec: specOf({ task }) })).view.surfaces.map(({ key }) => key),
  ).toEqual(['rollup:1', 'step:plan:1']);
});

test('the pull request says what was done, what proves it, and closes only its own issue', () => {
  const { title, body } = renderPullRequest({ run: showRun({ state: finished }), stage: 'final' });
  expect(title).toBe('Sum ignores the last item');
  expect(body.match(/Closes #\d+/g)).toEqual(['Closes #7']);
  expect(body.replace(/<details>[\s\S]*<\/details>\n\n/, '')).toMatchInlineSnapshot(`
    "Closes #7

    **Project loop** worked on this; every step and what it found is below.

    ### What was done

    ✅ **Plan**

    > Change \`sum\`.

    ✅ **Implement**

    > Fixed. @​everyone Clos​es #​9

    ✅ **QA**

    > All green.

    ✅ **Code review**

    > Reads well.

    ✅ **Security review**

    > No risk.

    ➖ **Finish**

    > Nothing to merge.

    **Evidence**

    | Command | Exit code | Tests | Run by |
    | --- | --- | --- | --- |
    | \`npm test\` | 0 | 14 of 14 passed | Troupe |

    ---
    Run \`rabcdefghijklmno\` of **Project loop** (\`.github/troupe/workflows/project-loop.yml\`) · personas: \`plan\`, \`implement\`, \`qa\`, \`review\`, \`security\` · cost: $0.21 · requested by octocat"
  `);
});

test('a draft says that the work goes on', () => {
  expect(renderPullRequest({ run: showRun({ state: runOf('running', {}) }), stage: 'draft' }).body)
    .toMatchInlineSnapshot(`
      "Closes #7

      **Project loop** is working on this. The pull request is a draft until it is done.

      ---
      Run \`rabcdefghijklmno\` of **Project loop** (\`.github/troupe/workflows/project-loop.yml\`) · personas: \`plan\`, \`implement\`, \`qa\`, \`review\`, \`security\` · requested by octocat"
    `);
});

test('an issue title that would close or mention does neither', () => {
  const task = { ...specOf().task, title: 'Fixes #1 for @acme <b>now</b>' };
  const { title } = renderPullRequest({
    run: showRun({ state: runOf('running', {}, { spec: specOf({ task }) }) }),
    stage: 'draft',
  });
  expect(title).not.toMatch(/#1|@acme|Fixes #|<b>/);
});

test('the graph shows the steps as they stand', () => {
  expect(/```mermaid[\s\S]*?```/.exec(render(finished).comment)?.[0]).toMatchInlineSnapshot(`
    "\`\`\`mermaid
    flowchart LR
      s0["✅ Plan"]
      s1["✅ Implement"]
      s2["✅ QA"]
      s3["✅ Code review"]
      s4["✅ Security review"]
      s5["➖ Finish"]
      s0 --> s1
      s1 --> s2
      s2 --> s3
      s2 --> s4
      s3 --> s5
      s4 --> s5
      classDef passed fill:#dafbe1,stroke:#1a7f37,color:#0f5323
      class s0,s2,s3,s4 passed
      classDef done fill:#dafbe1,stroke:#1a7f37,color:#0f5323
      class s1 done
    \`\`\`"
  `);
});
