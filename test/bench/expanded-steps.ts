// Folding and deciding with many expanded steps: a turn of the drive loop must not go through all of them.
import { decide } from '../../src/engine/decide.ts';
import { eventsOf } from '../../src/engine/decision-events.ts';
import { foldRun, foresee } from '../../src/engine/events/fold.ts';
import type { NewEvent } from '../../src/engine/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { foreach, git, spec, workflow } from '../support/run-builder.ts';
import type { Figure } from './figure.ts';

const many = 1_000;
const few = 100;
const concurrency = 3;
const barMicroseconds = 4;

/** Measures runs of one list, from their start to their end, without executing or storing anything. */
export async function expandedSteps(): Promise<readonly Figure[]> {
  playAll(few, many / few);
  const rounds = Array.from({ length: 25 }, () => ({ few: playAll(few, many / few), many: playAll(many, 1) }));
  // the quietest of the rounds: the others measure the machine
  const best = Math.min(...rounds.map((round) => round.many));
  const beside = Math.min(...rounds.map((round) => round.few));
  return [
    {
      what: `folding and deciding an event with ${many.toLocaleString('en')} expanded steps`,
      measured: `${best.toFixed(2)} µs`,
      reference: `${beside.toFixed(2)} µs with ${few}`,
      ratio: best / beside,
      bar: `≤ ${barMicroseconds} µs`,
      isMet: best <= barMicroseconds,
    },
  ];
}

function playAll(count: number, times: number): number {
  const start = process.threadCpuUsage();
  let events = 0;
  for (let time = 0; time < times; time += 1) events += play(count);
  // of this thread: what others do on the machine meanwhile is not ours
  return process.threadCpuUsage(start).user / events;
}

/** Plays one run; gives how many events it took. */
function play(count: number): number {
  const items = Array.from({ length: count }, (_, index) => index);
  const flow = workflow([foreach('each', [git('leaf')], { items, concurrency }), git('after', ['each'])]);
  let state = foldRun([{ type: 'run.created', data: { spec: spec(flow) }, run: spec(flow).id, seq: 1, at: 0 }]);
  const live: StepPath[] = [];
  for (let now = 1; ; now += 1) {
    const foreseen = foresee(state, now);
    const ended = live.shift();
    if (ended !== undefined) foreseen.add([succeeded(ended)]);
    for (;;) {
      const decisions = decide(foreseen.state(), now, { live: new Set(live) });
      if (decisions.some(({ kind }) => kind === 'finish' || kind === 'park')) return foreseen.state().seq;
      for (const decision of decisions) if (decision.kind === 'start') live.push(decision.path);
      foreseen.add(decisions.flatMap(eventsOf));
      if (decisions.every(({ kind }) => kind === 'start')) break;
    }
    state = foreseen.state();
  }
}

function succeeded(step: StepPath): NewEvent {
  return { type: 'step.succeeded', step, attempt: 1, data: { result: { outputs: {} } } };
}
