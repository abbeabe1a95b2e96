// One run whose personas answer in all four ways at once: at once, looked for, called back, through a stream. It dies at a point, and the next process goes on.
import { checkWorkflow } from '../../src/definition/index.ts';
import type { RunState, StepState } from '../../src/engine/index.ts';
import { isStepOver } from '../../src/engine/index.ts';
import type { RunId, StepPath } from '../../src/support/index.ts';
import type { ChooseDeaths } from './crash-matrix.ts';
import { createHttpSide } from './http-side.ts';
import { createOtherSide } from './other-sides.ts';
import type { OtherSide } from './other-sides.ts';
import { eventually } from './patience.ts';
import { createRedisSide } from './redis-side.ts';
import { startRedis } from './redis-server.ts';
import type { RedisServer } from './redis-server.ts';
import { makeWaitingWorld } from './waiting-world.ts';
import type { Life, WaitingWorld } from './waiting-world.ts';

/** `fix`: all have to pass. `vote`: the first says no, the second passes late, the third never answers. */
const text = `steps:
  - { id: plan, type: persona-request, persona: code-reviewer, provider: now }
  - { id: fix, type: persona-request, persona: lead-engineer, providers: [poll, callback, stream], wait_for: all, dependencies: [plan] }
  - { id: vote, type: persona-request, persona: lead-engineer, providers: [poll, stream, callback], wait_for: any, dependencies: [fix] }
  - { id: look, type: persona-request, persona: code-reviewer, provider: now, dependencies: [vote] }
`;

/** The steps that are answered later, each with who answers. */
const later = ['fix~poll', 'fix~callback', 'fix~stream', 'vote~poll', 'vote~stream', 'vote~callback'] as const;

type Side = 'now' | 'poll' | 'callback' | 'stream';
type Sides = Readonly<Record<Side, OtherSide>>;

/** What must be the same however often the process died. */
interface Ending {
  readonly status: string;
  readonly steps: readonly string[];
  readonly files: readonly string[];
  readonly commits: readonly string[];
  readonly branches: readonly string[];
}

/** A matrix. */
export interface MixedMatrix {
  readonly choose: ChooseDeaths;
  /** A real Redis is behind the stream; without one it is in memory. */
  readonly withRedis: boolean;
  readonly say: (line: string) => void;
}

/** Plays the matrix and gives everything that differs from the undisturbed run, a line each. */
export async function mixedMatrix({ choose, withRedis, say }: MixedMatrix): Promise<readonly string[]> {
  const redis = withRedis ? await startRedis() : undefined;
  try {
    const whole = await played(0, redis);
    const found = whole.flaws.map((flaw) => `undisturbed: ${flaw}`);
    const chosen = choose(whole.points.length, 0)
      .flat()
      .filter((point) => typeof point === 'number');
    say(`mixed strategies: N = ${whole.points.length} points; killed at ${chosen.join(', ')}`);
    async function playOn(): Promise<void> {
      for (let dieAt = chosen.shift(); dieAt !== undefined; dieAt = chosen.shift()) {
        const { ending, flaws, points } = await played(dieAt, redis);
        const where = `killed at ${dieAt} (${points[dieAt - 1] ?? 'not reached'})`;
        const [wanted, got] = [JSON.stringify(whole.ending), JSON.stringify(ending)];
        const all = got === wanted ? flaws : [...flaws, `wanted ${wanted}, got ${got}`];
        for (const flaw of all) {
          say(`${where}: ${flaw}`);
          found.push(`${where}: ${flaw}`);
        }
      }
    }
    // one per core of a small machine
    await Promise.all([playOn(), playOn()]);
    return found;
  } finally {
    await redis?.remove();
  }
}

async function played(dieAt: number, redis: RedisServer | undefined) {
  const sides = await sidesWith(redis);
  const all = Object.values(sides);
  const world = await makeWaitingWorld(
    (reach) => Object.entries(sides).map(([name, side]) => ({ ...side.client(reach), name })),
    (life) => {
      for (const side of all) side.process = life;
    },
  );
  try {
    const { run, life, points } = await playedIn(world, { sides, dieAt });
    const state = await life.state(run);
    await eventually(async () => {
      const rows = await life.store.tickets.of(run);
      const open = rows.filter((row) => row.state !== 'over').map((row) => `${row.requestId} ${row.state}`);
      if (open.length > 0) throw new Error(`open: ${open.join(', ')}`);
    });
    const told = { ending: endingOf(world, state), flaws: flawsOf(state, sides), points };
    await life.stop();
    return told;
  } finally {
    await world.remove();
    for (const side of all) await side.close?.();
  }
}

async function sidesWith(redis: RedisServer | undefined): Promise<Sides> {
  const sides: Sides = {
    now: await createHttpSide('immediate'),
    poll: await createHttpSide('poll'),
    callback: await createHttpSide('callback'),
    stream: redis === undefined ? createOtherSide('stream') : createRedisSide(redis, 'lead-engineer'),
  };
  sides.now.work = () => answerOf({ status: 'pass', outputs: { risk: 'low' } });
  for (const name of ['poll', 'callback', 'stream'] as const)
    sides[name].work = (id) => {
      if (id.includes(':fix~')) return answerOf({ status: 'pass', changes: { patch: patchOf(`fix-${name}`) } });
      return name === 'poll' ? answerOf({ status: 'fail' }) : undefined;
    };
  return sides;
}

function answerOf(more: object): string {
  return JSON.stringify({ summary: 'Said', usage: { input_tokens: 10, output_tokens: 2, cost_usd: 0.4 }, ...more });
}

function patchOf(name: string): string {
  return `diff --git a/${name}.md b/${name}.md\nnew file mode 100644\n--- /dev/null\n+++ b/${name}.md\n@@ -0,0 +1 @@\n+by ${name}\n`;
}

/** One run whose first process dies at this point; the second one goes on to the end. */
async function playedIn(
  world: WaitingWorld,
  { sides, dieAt }: { readonly sides: Sides; readonly dieAt: number },
): Promise<{ readonly run: RunId; readonly life: Life; readonly points: readonly string[] }> {
  const checked = checkWorkflow({ id: 'mixed', file: 'mixed.yml', text }, {});
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings));
  const run = await world.start([], { workflow: checked.workflow });
  const first = await world.live(dieAt);
  const { points } = first;
  if (!(await overWith(first, run, sides))) return { run, life: first, points };
  for (const side of Object.values(sides)) side.process = undefined;
  await first.stop();
  const life = await world.live();
  await overWith(life, run, sides);
  return { run, life, points };
}

/** Until the run is over or its process dead; meanwhile the others do their part. */
async function overWith(life: Life, run: RunId, sides: Sides): Promise<boolean> {
  let isBusy = false;
  async function nudge(): Promise<void> {
    for (const side of Object.values(sides)) void side.settle();
    const { steps } = await life.state(run);
    const no = steps.get('vote~poll' as StepPath);
    const isAsked = (side: OtherSide, step: string): string | undefined =>
      side.sends.find((id) => id.includes(`:${step}:`));
    const late = isAsked(sides.stream, 'vote~stream');
    // nobody races: who passes comes after who says no, when the third has been asked
    if (no === undefined || !isStepOver(no.status) || late === undefined) return;
    if (
      isAsked(sides.callback, 'vote~callback') !== undefined &&
      steps.get('vote~callback' as StepPath)?.status === 'waiting'
    )
      sides.stream.finish(late, answerOf({ status: 'pass', changes: { patch: patchOf('vote-stream') } }));
  }
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    void nudge()
      .catch(() => undefined) // a store that is closed, as its process is dead
      .finally(() => (isBusy = false));
  }, 20);
  try {
    return await life.over(run);
  } finally {
    clearInterval(timer);
  }
}

function endingOf({ git }: WaitingWorld, state: RunState): Ending {
  const branch = `refs/heads/${state.facts.branch ?? ''}`;
  const lines = (...args: readonly string[]): readonly string[] =>
    git
      .git(...args)
      .split('\n')
      .filter((line) => line !== '');
  return {
    status: state.status,
    steps: [...state.steps.values()].map(toldOf),
    files: lines('ls-tree', '--name-only', branch),
    commits: lines('log', '--format=%s', `${git.first}..${branch}`),
    branches: lines('for-each-ref', '--format=%(refname)', 'refs/heads').map((ref) => (ref === branch ? 'own' : ref)),
  };
}

function toldOf({ path, status, result, cancelledBecause }: StepState): string {
  return [path, status, result?.verdict, result?.verdictReason, cancelledBecause, result?.filesChanged?.join(' ')].join(
    ' ',
  );
}

function flawsOf(state: RunState, sides: Sides): readonly string[] {
  const flaws: string[] = [];
  for (const path of later) {
    const side = sides[path.split('~')[1] as Side]; // as its name tells
    const sent = new Set(side.sends.filter((id) => id.includes(`:${path}:`)));
    // sent twice only where nobody could know that it was: under one id, which the other side takes once
    if (sent.size !== 1) flaws.push(`${path} was asked under ${[...sent].join(' and ')}`);
    const usage = state.steps.get(path as StepPath)?.usage ?? [];
    const cost = usage.map(({ costUsd = 'unknown' }) => costUsd).join('+');
    const wanted = path === 'vote~callback' ? 'unknown' : '0.4';
    if (cost !== wanted) flaws.push(`${path} cost ${cost}, and not ${wanted}`);
  }
  if (new Set(sides.now.sends).size !== sides.now.sends.length)
    flaws.push('a request that is answered at once came twice');
  const letGo = sides.callback.released.filter((id) => id.includes(':vote~callback:'));
  if (letGo.length === 0) flaws.push('who never answers was not told that nobody waits');
  return flaws;
}
