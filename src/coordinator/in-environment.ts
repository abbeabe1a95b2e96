// Settings for a run in one environment: its variables stand above those of the repository. Pure.
import type { RunSettings } from '../engine/index.ts';
import { isObject } from '../support/index.ts';
import type { JsonObject } from '../support/index.ts';

/** The settings with the variables of an environment that they name. */
export function inEnvironment(settings: RunSettings, name: string): RunSettings {
  const entry = settings.environments[name];
  const inner = isObject(entry) && isObject(entry['variables']) ? entry['variables'] : entry;
  const own: JsonObject = isObject(inner) ? (inner as JsonObject) : {}; // settings are JSON, so what lies in them is
  return { ...settings, variables: { ...settings.variables, ...own } };
}
