import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import type { RunState, StepState } from '../engine/index.ts';
import { silentLogger } from '../support/index.ts';
import type { RepositoryApi } from '../github/index.ts';
import { createReconciler } from './reconcile.ts';
import { renderView } from './render-view.ts';
import { showRun } from './shown/shown-run.ts';
import { headB, memorySurfaces, ran, runOf, startedAt } from './testing.ts';

const approval = {
  message: 'May @everyone ship it?',
  sha: headB,
  inputHash: '0',
  by: ['ada', 'acme/leads', 'not_requester'],
  expires: null,
  asked: 1,
  askedAt: startedAt,
  isOpen: true,
} satisfies StepState['approval'];

function waits(more: Partial<StepState>): RunState {
  return runOf('waiting', { prepare: ran(0, 1), finish: { status: 'waiting', attempts: 0, ...more } });
}

function noticeOf(state: RunState, shown: readonly string[] = []): string {
  const row = {
    run: state.id,
    headSha: '',
    githubId: 1,
    wantedHash: '',
    seenHash: '',
    annotationsSent: 0,
    closed: false,
  };
  const view = renderView({
    run: showRun({ state }),
    shown: shown.map((key) => ({ ...row, key, updatedAt: 0 })),
    now: startedAt,
  });
  const notices = view.surfaces.filter(({ key }) => key.startsWith('notice:'));
  return notices.map((notice) => (notice.kind === 'comment' ? notice.body : '')).join('\n---\n');
}

test('an approval is asked for in one short comment that mentions who decides, with the line to copy', () => {
  const waitingFor = { for: 'approval', until: null, message: approval.message } as const;
  expect(noticeOf(waits({ waitingFor, approval }))).toMatchInlineSnapshot(`
    "<!-- troupe:run=rabcdefghijklmno notice:gate:finish -->
    @ada @acme/leads **Project loop** needs your approval: **Finish**.

    > May @​everyone ship it?

    Approve or reject it on its check, or with a comment: \`/troupe approve finish @bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\` or \`/troupe reject finish\`."
  `);
});

test('once it is decided the comment says who did', () => {
  const decided = { approved: true, by: { login: 'ada', from: 'check' }, sha: headB, at: startedAt } as const;
  expect(noticeOf(waits({ status: 'succeeded', approval: { ...approval, isOpen: false, decided } }))).toBe(
    '<!-- troupe:run=rabcdefghijklmno notice:gate:finish -->\n**Finish** was approved by ada.',
  );
});

test('a question is asked of who asked for the run, and withdrawn when it is answered', () => {
  const waitingFor = { for: 'answer', until: null, message: 'Which colour?' } as const;
  expect(noticeOf(waits({ waitingFor }))).toMatchInlineSnapshot(`
    "<!-- troupe:run=rabcdefghijklmno notice:gate:finish -->
    @octocat **Project loop** asks you: **Finish**.

    > Which colour?

    Answer with a comment that begins with \`/troupe answer\`."
  `);
  const answered = waits({ status: 'succeeded' });
  expect(noticeOf(answered)).toBe('');
  expect(noticeOf(answered, ['notice:gate:finish'])).toContain('**Finish** waits for no answer any more.');
});

test('a person is called once: one comment and the label, which nobody puts back', async () => {
  const state = { ...waits({ waitingFor: { for: 'approval', until: null }, approval }), escalated: 'Nobody decided' };
  const labels: string[] = [];
  const bodies: string[] = [];
  // only what comments and labels need
  const api = {
    addLabels: async (_issue: number, names: readonly string[]) => void labels.push(...names),
    createComment: async (_issue: number, body: string) => ({ id: bodies.push(body) }),
    findComment: async () => undefined,
    updateComment: async () => undefined,
  } as unknown as RepositoryApi;
  const reconciler = createReconciler({
    surfaces: memorySurfaces(),
    api,
    clock: createManualClock(startedAt),
    log: silentLogger,
  });
  const view = renderView({ run: showRun({ state }), shown: [], now: startedAt });
  const withoutChecks = { ...view, surfaces: view.surfaces.filter(({ kind }) => kind !== 'check') };
  await reconciler.reconcile(withoutChecks);
  await reconciler.reconcile(withoutChecks);
  expect(labels).toEqual(['troupe:needs-human']);
  expect(bodies.filter((body) => body.includes('needs a person.\n\n> Nobody decided'))).toHaveLength(1);
});
