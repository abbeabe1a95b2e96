// One story that makes every kind of write to GitHub, some of which nobody answers: GitHub does them later, or never. How it ends.
import { createHurriedClock } from './hurried-clock.ts';
import type { HurriedClock } from './hurried-clock.ts';
import { idle } from './idle.ts';
import { eventually } from './patience.ts';
import { startStory } from './story.ts';
import type { Story } from './story.ts';
import { counted, endingOf } from './write-faults.ts';
import type { WriteEnding } from './write-faults.ts';

/** Every kind of write, by what it is sent with. The first of each is the one that is late. */
export const lateWrites = {
  'checks together': { to: /^POST .*\/graphql$/, saying: 'createCheckRun' },
  'a check': { to: /^POST .*\/check-runs$/ },
  'an edit of a check': { to: /^PATCH .*\/check-runs\/\d+$/ },
  'the comment of the run': { to: /^POST .*\/issues\/\d+\/comments$/, saying: '<!-- troupe:run=' },
  'an edit of the comment': { to: /^PATCH .*\/issues\/comments\/\d+$/ },
  'an answer to a command': { to: /^POST .*\/issues\/\d+\/comments$/, saying: '<!-- troupe:answer-' },
  'a reaction': { to: /^POST .*\/reactions$/ },
  'a comment of a step': { to: /^POST .*\/issues\/\d+\/comments$/, saying: '<!-- troupe:step=' },
  'an issue': { to: /^POST .*\/issues$/ },
  'a label': { to: /^POST .*\/issues\/\d+\/labels$/, saying: 'shipped' },
  'a pull request': { to: /^POST .*\/pulls$/ },
  'that it is ready': { to: /^POST .*\/graphql$/, saying: 'markPullRequestReadyForReview' },
  'a request for a review': { to: /^POST .*\/requested_reviewers$/ },
  'a merge': { to: /^PUT .*\/merge$/ },
  'a release': { to: /^POST .*\/releases$/ },
  'a deployment': { to: /^POST .*\/deployments$/ },
} as const satisfies Readonly<Record<string, { readonly to: RegExp; readonly saying?: string }>>;

/** A kind of write. */
export type LateWrite = keyof typeof lateWrites;

/** When GitHub does it, in seconds after nobody waited any more. */
export const delays = { 'after 31 s': 31, 'after 60 s': 60, 'after 120 s': 120, never: null } as const;

/** One of them. */
export type Delay = keyof typeof delays;

/** What there is when nothing can come any more. */
export interface LateEnding extends WriteEnding {
  readonly issues: readonly string[];
  readonly said: readonly string[];
  readonly releases: readonly string[];
  readonly deployments: readonly string[];
}

/** How it went. */
export interface LateStory {
  readonly ending: LateEnding;
  /** The writes that nobody answered. */
  readonly late: readonly LateWrite[];
  /** What was taken away again: comments deleted, issues closed. */
  readonly takenAway: readonly string[];
}

const workflow = `name: Ship
steps:
  - { id: implement, type: persona-request, persona: lead-engineer }
  - { id: tell, type: github, action: comment, dependencies: [implement], params: { body: "Nearly there" } }
  - { id: ask, type: github, action: create-issue, dependencies: [tell], params: { title: "Look after it", body: "Soon" } }
  - { id: mark, type: github, action: label, dependencies: [ask], params: { labels: [shipped] } }
  - id: ship
    type: git-operation
    operation: hotfix_deploy
    dependencies: [mark]
    params: { merge_strategy: squash, tag_release: true, immediate_deploy: staging, notification: "Shipped" }
`;

const scene = {
  files: { '.github/troupe/workflows/ship.yml': workflow, '.github/troupe.yml': 'verify: []\n', 'notes.md': 'one\n' },
  answers: { implement: { status: 'pass', summary: 'Noted.', edits: { 'notes.md': 'two\n' } } },
  serverFile: { allowAutoMerge: ['playhouse/*'] },
  permissions: {
    checks: 'write',
    contents: 'write',
    issues: 'write',
    pull_requests: 'write',
    metadata: 'read',
    members: 'read',
    deployments: 'write',
  },
} as const;

/** Tells it. Without writes: as it should be. `dies`: over each of these writes the process ends before anybody gave it up. */
export async function tellWithLate(
  writes: readonly LateWrite[] = [],
  delay: Delay = 'never',
  { dies = false }: { readonly dies?: boolean } = {},
): Promise<LateStory> {
  const busy = { calls: 0 };
  const clock = createHurriedClock({ idleMs: 40, isBusy: () => busy.calls > 0 });
  const network = lateNetwork(writes, { delay, clock, busy, hangs: dies });
  const story = await startStory({
    answers: scene.answers,
    files: scene.files,
    world: { clock, permissions: scene.permissions },
    serverFile: scene.serverFile,
    bot: {
      clock,
      requestLog: clock.touch,
      observers: [{ name: 'clock', changed: clock.touch }],
      wrap: { git: (git) => counted(git, busy) },
    },
  });
  try {
    if (writes.includes('a check')) takesChecksOneByOne(story);
    await story.github.as('writer').comment(story.fullName, story.issue, '/troupe help');
    await story.label('troupe:ship');
    for (let deaths = 1; dies && deaths <= writes.length; deaths += 1) {
      await eventually(async () => {
        if (network.late.length < deaths) throw new Error(`${network.late.length} of ${writes.length} writes hang`);
      });
      await story.stopBot();
      await story.startBot();
    }
    await story.ended();
    await idle(story);
    await allIsSure(story, network);
    if (dies) await twinsAreGone(story);
    return { ending: await lateEndingOf(story), late: network.late, takenAway: network.takenAway };
  } finally {
    clock.hold();
    await story.close();
    clock.stop();
    network.restore();
  }
}

function takesChecksOneByOne({ github }: Story): void {
  github.faults.answer({
    route: 'POST /graphql',
    containing: 'createCheckRun',
    when: 'before',
    answer: { status: 404, message: 'Not Found' },
    times: Number.POSITIVE_INFINITY,
  });
}

/** Nothing can come late any more: what was late has arrived, and nobody doubts. */
async function allIsSure(story: Story, network: Network): Promise<void> {
  await eventually(async () => {
    if (network.underWay > 0) throw new Error(`${network.underWay} writes are under way`);
    for (const { id } of await story.runs()) {
      const rows = await story.bot().store.surfaces.of(id);
      const doubted = rows.filter(({ doubt, closed }) => doubt !== undefined || !closed);
      if (doubted.length > 0) throw new Error(`not sure: ${doubted.map(({ key }) => key).join(', ')}`);
    }
  });
  await idle(story);
}

/** Nothing that a step made is there twice: the last look for it is half an hour later, and the clock jumps there. */
async function twinsAreGone(story: Story): Promise<void> {
  await eventually(async () => {
    const { said, issues } = await lateEndingOf(story);
    const twice = [...said, ...issues].filter((text, at, all) => all.indexOf(text) !== at);
    if (twice.length > 0) throw new Error(`twice: ${twice.join(', ')}`);
  });
}

async function lateEndingOf(story: Story): Promise<LateEnding> {
  const { repository, github } = story;
  const ending = await endingOf(story);
  const issues = github.repository(story.fullName).issues();
  return {
    ...ending,
    // an issue cannot be taken away, only closed
    issues: issues
      .filter(({ number, state }) => number === story.issue || state === 'open')
      .map(({ title }) => title)
      .toSorted(),
    said: story
      .comments()
      .map(({ body }) => body.split('\n').find((line) => line !== '' && !line.startsWith('<!--')) ?? '')
      .map((line) => line.replaceAll(/https?:\/\/[^)\s]+/g, 'an address'))
      .map((line) =>
        line.replaceAll(/\d+(\.\d+)? ?(s|min|h)\b/g, 'a while').replaceAll(/\br[a-z2-7]{15}\b/g, 'the run'),
      )
      .toSorted(),
    releases: repository.releases().map(({ tag }) => tag),
    deployments: repository.deployments().map(({ environment }) => environment),
  };
}

interface Network {
  readonly late: readonly LateWrite[];
  readonly takenAway: readonly string[];
  readonly underWay: number;
  restore(): void;
}

/** The first write of each of these kinds is not answered in time; what is under way keeps the clock from jumping. */
function lateNetwork(
  writes: readonly LateWrite[],
  {
    delay,
    clock,
    busy,
    hangs,
  }: {
    readonly delay: Delay;
    readonly clock: HurriedClock;
    readonly busy: { calls: number };
    /** Nobody is told that no answer comes, until whoever asks is ended. */
    readonly hangs: boolean;
  },
): Network {
  const real = globalThis.fetch;
  const waiting = new Set(writes);
  const late: LateWrite[] = [];
  const takenAway: string[] = [];
  let underWay = 0;

  async function send(...given: Parameters<typeof fetch>): Promise<Response> {
    busy.calls += 1;
    try {
      return await real(...given);
    } finally {
      busy.calls -= 1;
    }
  }

  /** The clock does not jump over it: nothing else ends it. */
  function untilEnded(signal: RequestInit['signal']): Promise<never> {
    busy.calls += 1;
    return new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        busy.calls -= 1;
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      });
    });
  }

  globalThis.fetch = async (input, init = {}) => {
    const target = input instanceof Request ? input.url : String(input);
    const what = `${init.method ?? 'GET'} ${target}`;
    const said = typeof init.body === 'string' ? init.body : '';
    if (/^DELETE .*\/comments\/\d+$/.test(what)) takenAway.push('a comment');
    if (/^PATCH .*\/issues\/\d+$/.test(what) && said.includes('"closed"')) takenAway.push('an issue');
    const hit = [...waiting].find((write) => isSuch(write, what, said));
    if (hit === undefined) return send(input, init);
    waiting.delete(hit);
    late.push(hit);
    const seconds = delays[delay];
    if (seconds !== null) {
      underWay += 1;
      const { signal: _given, ...rest } = init;
      clock.after(seconds * 1_000, () => {
        const settled = send(input, rest).catch(() => undefined);
        void settled.then(() => (underWay -= 1));
      });
    }
    if (hangs) return untilEnded(init.signal);
    throw new DOMException('no answer came', 'TimeoutError');
  };
  return {
    late,
    takenAway,
    get underWay() {
      return underWay;
    },
    restore() {
      globalThis.fetch = real;
    },
  };
}

function isSuch(write: LateWrite, what: string, said: string): boolean {
  const kind: { readonly to: RegExp; readonly saying?: string } = lateWrites[write];
  return kind.to.test(what) && (kind.saying === undefined || said.includes(kind.saying));
}
