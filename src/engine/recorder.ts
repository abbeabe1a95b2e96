// A claim's journal with the state it gives, kept in the order of the journal. Decides nothing.
import type { Clock } from '../support/index.ts';
import { fold, foldRun } from './events/fold.ts';
import type { Foresight } from './events/fold.ts';
import { notAhead } from './events/not-ahead.ts';
import type { Claim } from './ports.ts';
import type { RunState } from './model/state.ts';
import type { NewEvent, RunEvent } from './events/types.ts';

/** Appends, and folds what was appended here or posted from outside. */
export interface Recorder {
  /** After every event known here. Immutable; a new one after each event. */
  state(): RunState;
  append(events: readonly NewEvent[]): Promise<void>;
  /** Appends what was foreseen. Recorded as it was decided, it is not folded again. */
  confirm(foreseen: Foresight): Promise<void>;
  /** Takes in events that were recorded elsewhere: by `post`, by `finish`. Order and repetition do not matter. */
  receive(events: readonly RunEvent[]): void;
  /** Reads what is in the journal and not yet here. */
  catchUp(): Promise<void>;
}

/** A recorder with the whole journal of the claim's run. `onEvents` hears of every event after that, in order. */
export async function openRecorder(
  claim: Claim,
  clock: Pick<Clock, 'now'>,
  onEvents: (state: RunState, events: readonly RunEvent[]) => void,
): Promise<Recorder> {
  const load = async (after?: number) => notAhead(await claim.load(after), clock.now());
  let state = foldRun(await load());
  // Events whose predecessors are still on their way: appends and posts are answered in any order.
  const early = new Map<number, RunEvent>();

  function receive(events: readonly RunEvent[]): void {
    for (const event of events) if (event.seq > state.seq) early.set(event.seq, event);
    const next: RunEvent[] = [];
    for (let seq = state.seq + 1; early.has(seq); seq += 1) {
      const event = early.get(seq);
      early.delete(seq);
      if (event !== undefined) next.push(event);
    }
    if (next.length === 0) return;
    state = fold(state, next);
    onEvents(state, next);
  }

  async function catchUp(): Promise<void> {
    receive(await load(state.seq));
  }

  async function appended(recorded: readonly RunEvent[]): Promise<void> {
    receive(recorded);
    if (early.size > 0) await catchUp();
  }

  return {
    state: () => state,
    receive,
    catchUp,
    append: async (events) => appended(await claim.append(events)),
    async confirm(foreseen) {
      const recorded = await claim.append(foreseen.events, foreseen.at);
      if (foreseen.base !== state || !isAsForeseen(foreseen, recorded)) return appended(recorded);
      state = foreseen.state();
      onEvents(state, recorded);
      await appended([]);
    },
  };
}

/** The fold is pure: the same events in the same places at the same time give the state that is there already. */
function isAsForeseen({ base, events, at }: Foresight, recorded: readonly RunEvent[]): boolean {
  if (recorded.length !== events.length) return false;
  return recorded.every((event, index) => {
    const decided = events[index];
    // Redaction and journals that copy give other data, which may hold something else.
    return event.seq === base.seq + 1 + index && event.at === at && event.data === decided?.data;
  });
}
