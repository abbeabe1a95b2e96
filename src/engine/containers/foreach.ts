// Its steps once for each item of a list, a few items at a time; what they leave behind stands in the order of the items. Pure.
import type { ForeachStep } from '../../definition/index.ts';
import { isObject, oneLine, defined } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import type { ItemPlace } from '../model/place.ts';
import type { StepError } from '../model/types.ts';
import type { Child, Container, ContainerEnd } from './container.ts';
import { joinErrors, joinResults, joinVerdicts, wasStopped } from './join.ts';

/** More items than this in one list are a mistake, or a task for several runs. */
export const maxItems = 1_000;

/** How many failed items an error tells of one by one. */
const maxTold = 10;

/** The container `foreach`. */
export const foreach: Container<ForeachStep> = {
  type: 'foreach',
  expansion: {
    as: (step: ForeachStep) => step.as,
    concurrency: (step: ForeachStep) => step.concurrency,
    stopsAtFailure: (step: ForeachStep) => step.onItemFailure === 'stop',
  },
  siblingsGoOn: true,
  absorbsFailures: (step) => step.onItemFailure === 'continue',
  open(step, { path, template }) {
    const evaluated = template(step.items);
    if (!evaluated.ok) return { ok: false, failed: evaluated };
    const { value } = evaluated;
    if (!Array.isArray(value)) return { ok: false, error: failure(text.noList(path, kindOf(value))) };
    if (value.length > maxItems) return { ok: false, error: failure(text.tooManyItems(path, value.length, maxItems)) };
    return { ok: true, input: { count: value.length }, items: value };
  },
  next({ state, beside }, child) {
    const { item } = child;
    if (item === undefined || state.items?.open.includes(item.index) !== true) return 'later';
    const broken = beside(child).find(({ isBroken }) => isBroken);
    return broken === undefined ? 'now' : { reason: 'run_failed', because: text.runFailed(broken.place.path) };
  },
  end({ step, state, place, children }) {
    const { items } = state;
    if (items === undefined) return undefined;
    if (items.total === 0) return { kind: 'succeeded', result: { outputs: outputsOf([]), summary: text.noItems() } };
    const isStopped = step.onItemFailure === 'stop' && items.failed > 0;
    if (items.done < items.total && !(isStopped && items.open.length === 0)) return undefined;
    return endOfItems(step, ended(place.items, children()));
  },
};

/** An item with what became of the steps for it. */
interface EndedItem {
  readonly item: ItemPlace;
  readonly children: readonly Child[];
  readonly broken: readonly Child[];
}

function ended(items: readonly ItemPlace[], children: readonly Child[]): readonly EndedItem[] {
  const byItem = Map.groupBy(children, ({ place }) => place.item);
  return items.map((item) => {
    const own = byItem.get(item) ?? [];
    return { item, children: own, broken: own.filter(({ isBroken }) => isBroken) };
  });
}

function endOfItems(step: ForeachStep, items: readonly EndedItem[]): ContainerEnd {
  const failed = items.filter(({ broken }) => broken.length > 0);
  const [first] = failed;
  if (first !== undefined && (step.onItemFailure === 'stop' || failed.length === items.length)) {
    const rest = text.itemFailed(first.item.path);
    return { kind: 'failed', error: errorOf(failed, items.length), rest };
  }
  const isCut = items.some(({ broken, children }) => broken.length === 0 && children.some(wasStopped));
  if (isCut) return { kind: 'cancelled' };
  const { noop, filesChanged } = joinResults(items.flatMap(({ children }) => children));
  const verdict = joinVerdicts(items.flatMap(({ children }) => children.map((child) => child.verdict)));
  return {
    kind: 'succeeded',
    result: {
      outputs: outputsOf(items),
      summary: text.itemsDone(
        items.length,
        failed.map(({ item }) => item.path),
      ),
      ...defined({ verdict, filesChanged }),
      ...(noop === undefined ? {} : { noop: oneLine(noop, 1_000) }),
    },
  };
}

/** What later steps read: each item's results in the order of the items, and counts. */
function outputsOf(items: readonly EndedItem[]): JsonObject {
  const results = items.map(resultOf);
  const errors = results.flatMap(({ index, error }): JsonObject[] =>
    error === undefined ? [] : [{ index, ...error }],
  );
  return {
    results,
    errors,
    count: items.length,
    succeeded: results.filter(({ status }) => status === 'succeeded').length,
    failed: errors.length,
    skipped: results.filter(({ status }) => status === 'skipped').length,
  };
}

interface ItemResult extends JsonObject {
  readonly index: number;
  readonly item: Json;
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly outputs: JsonObject;
  readonly error?: { readonly step: string; readonly message: string };
}

function resultOf({ item, children, broken }: EndedItem): ItemResult {
  const [first] = broken;
  const verdict = joinVerdicts(children.map((child) => child.verdict));
  const isSkipped = children.every(({ state }) => state.status === 'skipped');
  return {
    index: item.index,
    item: item.value,
    status: first !== undefined ? 'failed' : isSkipped ? 'skipped' : 'succeeded',
    ...defined({ verdict }),
    outputs: Object.fromEntries(
      children.flatMap(({ place, state }) =>
        state.result === undefined ? [] : [[place.step.id, state.result.outputs] as const],
      ),
    ),
    ...(first === undefined
      ? {}
      : { error: { step: first.place.path, message: oneLine(first.state.error?.message ?? first.state.status, 300) } }),
  };
}

function errorOf(failed: readonly EndedItem[], total: number): StepError {
  const told = failed.slice(0, maxTold).flatMap(({ broken }) => broken);
  const joined = joinErrors(told);
  return { ...joined, message: text.itemsFailed(failed.length, total, { message: joined.message, most: maxTold }) };
}

function failure(message: string): StepError {
  return { class: 'config', code: 'engine/items', message, hint: text.itemsHint() };
}

function kindOf(value: Json): string {
  if (value === null) return 'nothing';
  if (isObject(value)) return 'an object';
  return typeof value === 'string'
    ? `the text "${oneLine(value, 60)}"`
    : `the ${typeof value} ${JSON.stringify(value)}`;
}
