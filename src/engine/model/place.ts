// Where the steps of a run stand: in which list, container and item. Shapes only; what draws a plan is elsewhere.
import type { Step } from '../../definition/index.ts';
import type { Json, StepPath } from '../../support/index.ts';
import type { StepState } from './state.ts';

/** Where a step stands. */
export interface Place {
  readonly path: StepPath;
  /** As it is shown and run: in an item its name says which. */
  readonly step: Step;
  /** As the definition holds it: one for all items. */
  readonly definition: Step;
  readonly list: StepState['list'];
  /** The container it stands in. */
  readonly parent?: StepPath;
  /** The step whose `on_error` it stands in, at the top of that list. */
  readonly handlerOf?: StepPath;
  /** Which list of its parent. */
  readonly branch?: string;
  /** The innermost item it is done for. */
  readonly item?: ItemPlace;
  /** What it waits for. */
  readonly dependencies: readonly Place[];
  readonly children: readonly StepPath[];
  readonly handlers: readonly StepPath[];
  /** What an expanded container does its steps for, in order. */
  readonly items: readonly ItemPlace[];
  /** Its failure counts through a container around it, and not by itself. */
  readonly isAbsorbed: boolean;
  /** Its condition asks how things stand, and may hold after a failure: it is asked also then. */
  readonly asksStatus: boolean;
  /** It or a container around it does: it may begin in a run that has failed. */
  readonly goesOn: boolean;
  /** Its number in file order. */
  readonly order: number;
  /** The page and the line of its state: one page for the definition, one for each item. */
  readonly page: number;
  readonly line: number;
}

/** One item of an expanded container: `each.0`. */
export interface ItemPlace {
  readonly path: StepPath;
  readonly owner: StepPath;
  readonly index: number;
  readonly value: Json;
  /** Its name in expressions. */
  readonly as: string;
  /** The item around it. */
  readonly outer?: ItemPlace;
  readonly page: number;
  readonly children: readonly StepPath[];
  /** All steps that are done for it, but for those of items in it. */
  readonly places: readonly Place[];
}

/** The places of a run in file order: a step, its children, its handlers, the next step. */
export interface Plan extends ReadonlyMap<StepPath, Place> {
  /** Those that stand in nothing, in file order. */
  readonly roots: readonly StepPath[];
  /** Those that are there from the start. */
  readonly ofDefinition: readonly Place[];
  readonly items: ReadonlyMap<StepPath, ItemPlace>;
  /** How many steps each page has. */
  readonly pages: readonly number[];
}
