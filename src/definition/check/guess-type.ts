// What a step is meant to be when its `type` is missing or unknown, so that all else about it can still be checked. Pure.
import type { JsonObject } from '../../support/index.ts';
import { anyStepType, stepSchemas } from '../schemas/step-schemas.ts';
import { laterStepTypes } from '../schemas/words.ts';
import { nearestName } from '../suggest.ts';

/** The type that the step has, most likely means, or `?` for any. */
export function meantType(step: JsonObject): string {
  const given = step['type'];
  if (typeof given === 'string' && (Object.hasOwn(stepSchemas, given) || laterStepTypes.has(given))) return given;
  const near =
    typeof given === 'string' ? nearestName(given, [...Object.keys(stepSchemas), ...laterStepTypes]) : undefined;
  const told = tellingKeys.find(([key]) => Object.hasOwn(step, key))?.[1];
  if (near === undefined || told === undefined) return near ?? told ?? anyStepType;
  return strangeKeys(step, told) < strangeKeys(step, near) ? told : near;
}

/** How many keys of the step the type does not have. */
function strangeKeys(step: JsonObject, type: string): number {
  const known = Object.entries(stepSchemas).find(([name]) => name === type)?.[1].properties ?? {};
  return Object.keys(step).filter((key) => !(key in known)).length;
}

/** Keys that only one type has. */
const tellingKeys: readonly (readonly [string, keyof typeof stepSchemas])[] = [
  ['persona', 'persona-request'],
  ['operation', 'git-operation'],
  ['then_steps', 'conditional'],
  ['else_steps', 'conditional'],
  ['steps', 'parallel'],
  ['require', 'gate'],
  ['questions', 'question'],
  ['action', 'github'],
  ['duration', 'delay'],
  ['until', 'delay'],
  ['profile', 'persona-request'],
  ['skills', 'persona-request'],
  ['verify', 'persona-request'],
  ['expect', 'persona-request'],
];
