// What a step is meant to be when its `type` is missing or unknown, so that all else about it can still be checked. Pure.
import type { JsonObject } from '../../support/index.ts';
import { kindOf, writtenKinds } from './step-kind.ts';
import type { StepKinds } from './step-kind.ts';
import { anyStepType } from './any-step.ts';
import { laterStepTypes } from './words.ts';
import { nearestName } from '../model/suggest.ts';

/** The type that the step has, most likely means, or `?` for any. */
export function meantType(step: JsonObject, kinds: StepKinds): string {
  const given = step['type'];
  const later = laterStepTypes(kinds);
  const types = writtenKinds(kinds).map(({ type }) => type);
  if (typeof given === 'string' && (types.includes(given) || later.has(given))) return given;
  const near = typeof given === 'string' ? nearestName(given, [...types, ...later]) : undefined;
  const told = toldType(step, kinds);
  if (near === undefined || told === undefined) return near ?? told ?? anyStepType;
  return strangeKeys(step, told, kinds) < strangeKeys(step, near, kinds) ? told : near;
}

/** The type that the keys of the step tell. */
function toldType(step: JsonObject, kinds: StepKinds): string | undefined {
  for (const how of ['surely', 'likely'] as const) {
    const found = kinds.find(({ tells }) => tells?.[how]?.some((key) => Object.hasOwn(step, key)));
    if (found !== undefined) return found.type;
  }
  return undefined;
}

/** How many keys of the step the type does not have. */
function strangeKeys(step: JsonObject, type: string, kinds: StepKinds): number {
  const known = kindOf(kinds, type)?.schema?.properties ?? {};
  return Object.keys(step).filter((key) => !(key in known)).length;
}
