// Which values of a run's templates are nobody's words: constants of the file and of settings, and addresses that Troupe knows itself. Pure.
import type { PostedTemplates, Step } from '../../definition/index.ts';
import { isObject, toJson } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import type { Place } from '../model/place.ts';
import type { RunState } from '../model/state.ts';
import { environmentVariables } from './scope.ts';

/** How the texts of a step are put together that people read; undefined where it has none. */
export function postedOf(state: RunState, { step }: Place): PostedTemplates | undefined {
  if (step.posted === undefined) return undefined;
  const addresses = ownAddresses(state);
  return {
    keys: step.posted,
    isOwn: (value, source) => addresses.has(value) || isConstant(state, step, { value, source }),
  };
}

/** The task, the pull request, and what Troupe made on GitHub. */
function ownAddresses({ spec, facts, steps }: RunState): ReadonlySet<Json | undefined> {
  const effects = [...steps.values()].flatMap((step) => Object.values(step.effects));
  const made = effects.map(({ result }) => (isObject(result) ? toJson(result['url'] ?? null) : null));
  const all = [spec.task.url, facts.pullRequest?.url, ...made];
  return new Set(all.filter((url) => typeof url === 'string' && /^https?:\/\/\S+$/.test(url)));
}

/** `variables.<name>`, where the author or the operator wrote the text and no template stands in it. */
function isConstant({ spec: { workflow, settings } }: RunState, step: Step, told: Told): boolean {
  const name = /^variables\.(\w+)$/.exec(told.source)?.[1];
  if (name === undefined || told.value.includes('{{')) return false;
  const environment = step.environment === undefined ? undefined : settings.environments[step.environment];
  const layers = [settings.variables, environmentVariables(environment), workflow.variables];
  return layers.some((layer) => Object.hasOwn(layer, name) && layer[name] === told.value);
}

interface Told {
  readonly value: string;
  /** The expression that it came from. */
  readonly source: string;
}
