// The states of a run's steps, by path, in file order: a map that is copied page by page, and counts what is asked at every turn.
import type { StepPath } from '../../support/index.ts';
import type { Place, Plan } from './place.ts';
import type { StepState } from './state.ts';
import { isStepOver } from './statuses.ts';

/** What is asked of all steps at every turn, so that nobody goes through them. */
export interface Tally {
  /** Steps that have not ended. */
  readonly open: number;
  /** Those of the main list and of `on_error` among them. */
  readonly openMain: number;
  /** Ready, running or waiting; in no order. */
  readonly live: readonly StepPath[];
  /** Steps that may say how the run ends: failed, judged against, stopped, left out; in no order. */
  readonly notable: readonly StepPath[];
  /** Those among them that may end it now: failed by themselves, or stopped it. */
  readonly ending: readonly StepPath[];
}

interface Page {
  readonly steps: StepState[];
  open: number;
}

const shelfBits = 5;
const shelfMask = (1 << shelfBits) - 1;

/** States by path. Written to by the fold that made it, and by nobody once that is done. */
export class StepTable implements ReadonlyMap<StepPath, StepState> {
  readonly plan: Plan;
  /** Pages in shelves, so that a copy for a few writes copies few of them. */
  #shelves: (readonly Page[])[];
  /** Pages that this table may write to. */
  readonly #own = new Set<number>();
  #tally: Tally;

  constructor(plan: Plan, shelves: readonly (readonly Page[])[], tally: Tally) {
    this.plan = plan;
    this.#shelves = shelves.slice();
    this.#tally = tally;
  }

  get tally(): Tally {
    return this.#tally;
  }

  get size(): number {
    return this.plan.size;
  }

  get(path: StepPath): StepState | undefined {
    const place = this.plan.get(path);
    return place === undefined ? undefined : this.at(place);
  }

  at({ page, line }: Place): StepState | undefined {
    return this.#page(page)?.steps[line];
  }

  /** How many steps of a page have not ended. */
  openOf(page: number): number {
    return this.#page(page)?.open ?? 0;
  }

  has(path: StepPath): boolean {
    return this.plan.has(path);
  }

  *values(): MapIterator<StepState> {
    for (const [, state] of this.entries()) yield state;
  }

  keys(): MapIterator<StepPath> {
    return this.plan.keys();
  }

  *entries(): MapIterator<[StepPath, StepState]> {
    for (const [path, place] of this.plan) {
      const state = this.at(place);
      if (state !== undefined) yield [path, state];
    }
  }

  [Symbol.iterator](): MapIterator<[StepPath, StepState]> {
    return this.entries();
  }

  forEach(callback: (state: StepState, path: StepPath, map: ReadonlyMap<StepPath, StepState>) => void): void {
    for (const [path, state] of this.entries()) callback(state, path, this);
  }

  /** One that may be written to; this one stays as it is. */
  copy(): StepTable {
    return new StepTable(this.plan, this.#shelves, this.#tally);
  }

  /** Puts another state in the place of one. `recount` counts it. */
  put({ page, line }: Place, state: StepState): void {
    const old = this.#page(page);
    if (old === undefined) return;
    if (this.#own.has(page)) {
      old.steps[line] = state;
      return;
    }
    this.#own.add(page);
    const shelf = page >> shelfBits;
    const copy = { steps: old.steps.with(line, state), open: old.open };
    this.#shelves[shelf] = (this.#shelves[shelf] ?? []).with(page & shelfMask, copy);
  }

  #page(page: number): Page | undefined {
    return this.#shelves[page >> shelfBits]?.[page & shelfMask];
  }

  /** Counts a step that was put here, and may have been another one before. True when its page came to its end, or began again. */
  recount(place: Place, before: Marks, after: Marks): boolean {
    if (before === after) return false;
    const { path, list, page: number } = place;
    const page = this.#page(number);
    if (page === undefined) return false;
    const opened = bit(after, marks.open) - bit(before, marks.open);
    const wasOpen = page.open;
    page.open += opened;
    const { open, openMain, live, notable, ending } = this.#tally;
    this.#tally = {
      open: open + opened,
      openMain: openMain + (isMain(list) ? opened : 0),
      live: changed(live, path, bit(after, marks.live) - bit(before, marks.live)),
      notable: changed(notable, path, bit(after, marks.notable) - bit(before, marks.notable)),
      ending: changed(ending, path, bit(after, marks.ending) - bit(before, marks.ending)),
    };
    return (page.open === 0) !== (wasOpen === 0);
  }
}

/** A table for the places of a plan. */
export function tableOf(plan: Plan, stateAt: (place: Place) => StepState): StepTable {
  const pages: Page[] = plan.pages.map((lines) => ({ steps: Array.from({ length: lines }), open: 0 }));
  const live: StepPath[] = [];
  const notable: StepPath[] = [];
  const ending: StepPath[] = [];
  let open = 0;
  let openMain = 0;
  for (const place of plan.values()) {
    const state = stateAt(place);
    const page = pages[place.page];
    if (page === undefined) continue;
    page.steps[place.line] = state;
    const own = marksOf(state, place);
    if (bit(own, marks.ending) === 1) ending.push(place.path);
    if (bit(own, marks.live) === 1) live.push(place.path);
    if (bit(own, marks.notable) === 1) notable.push(place.path);
    if (bit(own, marks.open) === 0) continue;
    page.open += 1;
    open += 1;
    if (isMain(place.list)) openMain += 1;
  }
  const shelves = Array.from({ length: Math.ceil(pages.length / (shelfMask + 1)) }, (_, shelf) =>
    pages.slice(shelf << shelfBits, (shelf + 1) << shelfBits),
  );
  return new StepTable(plan, shelves, { open, openMain, live, notable, ending });
}

/** The same states but for one. */
export function withStep(
  steps: ReadonlyMap<StepPath, StepState>,
  place: Place,
  state: StepState,
): ReadonlyMap<StepPath, StepState> {
  if (!(steps instanceof StepTable)) return new Map(steps).set(place.path, state);
  const copy = steps.copy();
  const before = copy.at(place);
  copy.put(place, state);
  if (before !== undefined) copy.recount(place, marksOf(before, place), marksOf(state, place));
  return copy;
}

// A map of a test, or of whoever puts a state together, is counted once.
/** The state at a place, without looking for its path where the places are those of a plan. */
export function stateAt(steps: ReadonlyMap<StepPath, StepState>, place: Place): StepState | undefined {
  return steps instanceof StepTable ? steps.at(place) : steps.get(place.path);
}

const counted = new WeakMap<ReadonlyMap<StepPath, StepState>, Tally>();

/** The counts of a run's steps. */
export function tallyOf(steps: ReadonlyMap<StepPath, StepState>): Tally {
  if (steps instanceof StepTable) return steps.tally;
  const known = counted.get(steps);
  if (known !== undefined) return known;
  const all = [...steps.values()];
  const open = all.filter((step) => !isStepOver(step.status));
  const having = (mark: Marks): StepPath[] =>
    all.filter((step) => bit(marksOf(step), mark) === 1).map(({ path }) => path);
  const tally = {
    open: open.length,
    openMain: open.filter(({ list }) => isMain(list)).length,
    live: having(marks.live),
    notable: having(marks.notable),
    ending: having(marks.ending),
  };
  counted.set(steps, tally);
  return tally;
}

/** What a step is counted for, as bits. */
export type Marks = number;

const marks = { open: 1, live: 2, notable: 4, ending: 8 } as const;

/** What a step is counted for now. */
export function marksOf(step: StepState, place?: Place): Marks {
  const { status, result } = step;
  const isFailed = (status === 'failed' || status === 'timed_out') && place?.isAbsorbed !== true;
  const isOver = isStepOver(status);
  return (
    (isOver ? 0 : marks.open) |
    (isOver || status === 'pending' ? 0 : marks.live) |
    (isNotable(step) ? marks.notable : 0) |
    (isFailed || result?.stop !== undefined ? marks.ending : 0)
  );
}

function isNotable({ status, result, unresolved, skipped }: StepState): boolean {
  if (status === 'failed' || status === 'timed_out' || unresolved !== undefined) return true;
  if (skipped !== undefined && skipped.reason === 'person') return true;
  if (result === undefined) return false;
  const { verdict, stop, noop, shortfall } = result;
  if (verdict === 'fail' || verdict === 'unknown') return true;
  return stop !== undefined || noop !== undefined || shortfall !== undefined;
}

function isMain(list: StepState['list']): boolean {
  return list === 'steps' || list === 'on_error';
}

function bit(value: Marks, mark: Marks): 0 | 1 {
  return (value & mark) === 0 ? 0 : 1;
}

function changed(paths: readonly StepPath[], path: StepPath, by: number): readonly StepPath[] {
  if (by === 0) return paths;
  return by > 0 ? [...paths, path] : paths.filter((one) => one !== path);
}
