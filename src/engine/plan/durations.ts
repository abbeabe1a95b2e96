// Durations that come out of a step's templates, as milliseconds. Here and nowhere else: whoever executes a step finds milliseconds. Pure.
import { isApproval, isDelay } from '../../definition/index.ts';
import type { Step } from '../../definition/index.ts';
import { isObject, readDuration, defined } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import type { Place } from '../model/place.ts';
import type { StepError } from '../model/types.ts';

interface TemplatedDuration {
  /** Where its value is in the evaluated input. */
  readonly holder?: 'approval' | 'config';
  readonly key: 'timeout' | 'duration';
  /** As the file has it. */
  readonly name: string;
  readonly template: string;
  /** Without any time an attempt or a decision ends before it begins. */
  readonly limits: { readonly above?: 0 };
}

/** An evaluated input whose waits are milliseconds. */
export interface Timed {
  readonly input: JsonObject;
  /** Of the whole attempt; `timeout` in the input stays what the file, or its template, says. */
  readonly timeoutMs?: number;
}

/** The durations of a step, or the error that fails it before it costs anything. */
export function inMilliseconds(
  { path, step }: Pick<Place, 'path' | 'step'>,
  evaluated: JsonObject,
  { isPartial }: { readonly isPartial: boolean },
): { readonly ok: true; readonly value: Timed } | { readonly ok: false; readonly error: StepError } {
  let input = evaluated;
  let timeoutMs = typeof step.timeout === 'number' ? step.timeout : undefined;
  for (const { holder, key, name, template, limits } of templatedDurations(step)) {
    const around = holder === undefined ? input : objectOf(input[holder]);
    const { [key]: given = null, ...others } = around;
    const read = readDuration(given, limits);
    // a timeout that `permissive` lets pass without a value is none
    const isNone = isPartial && given === null && key === 'timeout';
    if (!read.ok && !isNone)
      return { ok: false, error: badDuration({ path, name, template, value: shown(given), problem: read.problem }) };
    if (holder !== undefined) input = { ...input, [holder]: read.ok ? { ...around, [key]: read.ms } : others };
    else if (read.ok) timeoutMs = read.ms;
  }
  return { ok: true, value: { input, ...defined({ timeoutMs }) } };
}

/** Literals are milliseconds in the IR already. */
function templatedDurations(step: Step): readonly TemplatedDuration[] {
  const limits = { above: 0 } as const;
  const found: TemplatedDuration[] = [];
  if (typeof step.timeout === 'string') found.push({ key: 'timeout', name: 'timeout', template: step.timeout, limits });
  const decision = step.approval?.timeout;
  const name = isApproval(step) ? 'timeout' : 'approval.timeout';
  if (typeof decision === 'string')
    found.push({ holder: 'approval', key: 'timeout', name, template: decision, limits });
  const wait = isDelay(step) ? step.config.duration : undefined;
  if (typeof wait === 'string')
    found.push({ holder: 'config', key: 'duration', name: 'duration', template: wait, limits: {} });
  return found;
}

function badDuration(about: Parameters<typeof text.badDuration>[0]): StepError {
  return { class: 'config', code: 'engine/timeout', message: text.badDuration(about), hint: text.badDurationHint() };
}

function shown(value: Json): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function objectOf(value: Json | undefined): JsonObject {
  // a part of an evaluated input is JSON
  return isObject(value) ? (value as JsonObject) : {};
}
