// Step type `delay`: a timer in the journal. While it runs down, nothing is held open.
import type { StepContext, StepOutcome } from '../engine/index.ts';
import { isObject, parseDuration, TroupeError } from '../support/index.ts';
import { waitMessages } from './common/messages.ts';
import type { StepBody } from './common/types.ts';

/** The step type. */
export const delay: StepBody = {
  type: 'delay',
  async execute(context, { clock }): Promise<StepOutcome> {
    const now = clock.now();
    const until = dueAt(context, context.state.steps.get(context.path)?.startedAt ?? now);
    const time = new Date(until).toISOString();
    if (until > now) return { kind: 'waiting', for: 'timer', until, message: waitMessages.until(time) };
    return { kind: 'succeeded', result: { outputs: { until: time }, summary: waitMessages.waited(time) } };
  },
};

/** Counted from the first start, so that a restart does not start the wait over. */
function dueAt({ input, step }: StepContext, startedAt: number): number {
  const config = isObject(input['config']) ? input['config'] : {};
  const { duration, until } = config;
  if (until !== undefined) {
    const time = typeof until === 'string' ? Date.parse(until) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    throw badTime(step.name, JSON.stringify(until));
  }
  // text: recorded before the engine converted what templates give
  const ms = typeof duration === 'number' ? duration : parseDuration(duration);
  if (ms === undefined) throw badTime(step.name, JSON.stringify(duration ?? null));
  return startedAt + ms;
}

function badTime(step: string, value: string): TroupeError {
  return new TroupeError('step/bad-time', waitMessages.badTime(step, value), {
    class: 'config',
    hint: waitMessages.badTimeHint(),
  });
}
