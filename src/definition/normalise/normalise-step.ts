// A step of the file → a step of the IR: what all kinds share, defaults in, durations in milliseconds; its kind adds the rest. The file is checked already.
import { defined, isObject } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { approvalOf, milliseconds } from '../kinds/approval-spec.ts';
import type { StepSource } from '../source/keys.ts';
import { kindOf } from '../source/step-kind.ts';
import type { StepKind, StepKinds, StepSurroundings } from '../source/step-kind.ts';
import { humanised } from '../model/names.ts';
import type { PostedKeys, Step, StepBase } from '../model/types.ts';
import { retryPolicy } from './retry.ts';

/** What steps take from their file and the world around it. */
export interface FileSurroundings extends Omit<StepSurroundings, 'steps'> {
  readonly kinds: StepKinds;
  sourceOf(path: string): { readonly line: number; readonly column: number };
}

/** The steps of a list at a path of the document. */
export function normaliseSteps(
  list: readonly JsonObject[] | undefined,
  path: string,
  around: FileSurroundings,
): readonly Step[] {
  // The schema has passed each of them.
  const sources = (list ?? []) as unknown as readonly StepSource[];
  const siblings = new Set(sources.map(({ id }) => id));
  return sources.flatMap((step, index) => {
    const kind = kindOf(around.kinds, step.type);
    // a step of a type that nobody knows is a finding, and then there is no IR
    return kind === undefined ? [] : [normaliseStep(step, { ...around, kind, siblings, path: `${path}[${index}]` })];
  });
}

interface StepPlace extends FileSurroundings {
  readonly kind: StepKind;
  readonly path: string;
  readonly siblings: ReadonlySet<string>;
}

function normaliseStep(source: StepSource, place: StepPlace): Step {
  const { kind, path } = place;
  const around: StepSurroundings = {
    ...place,
    steps: (list, key) => normaliseSteps(list, `${path}.${key}`, place),
  };
  // base and the parts of the kind are a step of that kind: the contract of step kinds
  const step = { ...baseOf(source, place, around), type: source.type, ...kind.normalise?.(source, around) } as Step;
  const posted = templatesAmong(kind.posts?.(step) ?? {}, step);
  const whole = Object.keys(posted).length === 0 ? step : { ...step, posted };
  return kind.unfold?.(whole, source) ?? whole;
}

/** Those that hold a template. */
function templatesAmong(keys: PostedKeys, step: Step): PostedKeys {
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), step);
  return Object.fromEntries(Object.entries(keys).filter(([path]) => JSON.stringify(at(path) ?? null).includes('{{')));
}

function baseOf(source: StepSource, place: StepPlace, around: StepSurroundings): StepBase {
  const { kind, path, siblings } = place;
  // Who waits for a person or a timer has all the time that they take.
  const timeout = worksInAttempts(kind) ? (source.timeout ?? around.defaults.timeout) : undefined;
  const { condition, on_error: onError, approval } = source;
  const waits = (kind.waitsFor?.(source as unknown as JsonObject) ?? []).filter((id) => siblings.has(id)); // a source is JSON
  return {
    id: source.id,
    name: source.name ?? humanised(source.id),
    description: source.description ?? '',
    dependencies: [...new Set([...(source.dependencies ?? []), ...waits])],
    onSkippedDependency: source.on_skipped_dependency ?? 'skip',
    ...(condition === undefined || kind.children?.isChoice === true ? {} : { condition: String(condition) }),
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout) }),
    retry: retryOf(source, kind, around),
    onFailure: source.on_failure ?? 'stop',
    ...(onError === undefined
      ? {}
      : {
          onError: {
            fallback: onError.fallback ?? 'stop',
            steps: normaliseSteps(onError.steps, `${path}.on_error.steps`, place),
          },
        }),
    ...(approval === undefined ? {} : { approval: approvalOf(approval === 'required' ? {} : approval) }),
    rollback: source.rollback ?? false,
    advisory: source.advisory ?? false,
    unjudged: source.unjudged ?? [],
    ...defined({ verify: source.verify }),
    expect: expectOf(source.expect),
    params: source.params ?? {},
    outputs: source.outputs ?? {},
    ...defined({ environment: source.environment }),
    implicit: false,
    ...(kind.decides === true ? { decides: true } : {}),
    source: place.sourceOf(path),
  };
}

/** Those that hold other steps or wait cannot run out of time or be tried again as a whole. */
function worksInAttempts({ schema }: StepKind): boolean {
  return schema !== undefined && 'retry' in schema.properties;
}

function retryOf(source: StepSource, kind: StepKind, around: StepSurroundings): StepBase['retry'] {
  // A container is never repeated as a whole: its steps are.
  if (!worksInAttempts(kind)) return { ...retryPolicy({}), transientLimit: 0 };
  const own = kind.retries?.(source, around);
  return retryPolicy({
    ...defined({
      personas: own,
      retries: source.retries,
      retry: source.retry,
      onFailure: source.on_failure,
      defaults: around.defaults.retry,
    }),
  });
}

function expectOf(value: StepSource['expect']): StepBase['expect'] {
  const list = value === undefined ? [] : typeof value === 'string' ? [value] : value;
  return list as StepBase['expect']; // the schema allows these words only
}
