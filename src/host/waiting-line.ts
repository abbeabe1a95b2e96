// Tells the views of runs that wait to begin when their place in line changed. Never moves the line.
import { listAll, liveStatuses, placesInLine } from '../engine/index.ts';
import type { Journal, LineLimits, PlaceInLine } from '../engine/index.ts';
import { hashJson, messageOf, toJson } from '../support/index.ts';
import type { Clock, Logger, RunId } from '../support/index.ts';

/** What the line is watched with. */
export interface WaitingLinePorts {
  readonly journal: Pick<Journal, 'list'>;
  readonly limits: LineLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** The run stands elsewhere in line, or waits for something else. */
  moved(run: RunId): void;
}

/** The line as it was last looked at. */
export interface WaitingLine {
  /** Something began, ended, paused or was added: looked at soon, not each time. */
  changed(): void;
  placeOf(run: RunId): PlaceInLine | undefined;
  stop(): void;
}

/** What begins at once never stood in line for anybody to see. */
const lookAfterMs = 2_000;

/** A line that was not looked at yet. */
export function createWaitingLine(ports: WaitingLinePorts): WaitingLine {
  const { journal, limits, clock, log } = ports;
  let places: ReadonlyMap<RunId, PlaceInLine> = new Map();
  let stopTimer: (() => void) | undefined;
  let stopped = false;

  async function look(): Promise<void> {
    stopTimer = undefined;
    try {
      const live = await listAll(journal, { status: liveStatuses });
      const before = places;
      places = placesInLine(live, limits);
      for (const [run, place] of places)
        if (hashJson(toJson(before.get(run) ?? null)) !== hashJson(toJson(place))) ports.moved(run);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'The line of waiting runs could not be read');
    }
  }
  return {
    changed() {
      if (stopped || stopTimer !== undefined) return;
      stopTimer = clock.after(lookAfterMs, () => void look());
    },
    placeOf: (run) => places.get(run),
    stop() {
      stopped = true;
      stopTimer?.();
    },
  };
}
