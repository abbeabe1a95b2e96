// The gate before every request to a provider: lets in, keeps waiting, calls who may come. What it decides is in provider-rules.ts.
import { freshProviderState, isForgettable } from '../../engine/index.ts';
import type { ProviderState, ProviderStates, WaitingStep } from '../../engine/index.ts';
import { messageOf } from '../../support/index.ts';
import type { Clock, Logger } from '../../support/index.ts';
import { callMs, callNext, enter, forget, leave } from './provider-rules.ts';
import type { Asker, Entry, RequestEnd } from './provider-rules.ts';

/** What the gate works with. */
export interface GatePorts {
  readonly states: ProviderStates;
  readonly clock: Clock;
  readonly log: Logger;
  /** Has the step look again: false where its run is not there or over. Absent: steps look by themselves, later. */
  wake?(waiting: WaitingStep): Promise<boolean>;
}

/** One for all runs of a host. */
export interface ProviderGate {
  /** Durable when resolved. Who is let in leaves, whatever happens. */
  enter(account: string, asker: Asker): Promise<Entry>;
  /** Until when nobody asks because of it; undefined: it changes nothing. */
  leave(account: string, end: RequestEnd & { readonly request: string }): Promise<number | undefined>;
  standing(account: string): Promise<ProviderState>;
  /** Calls those who waited when the process before this one ended. */
  start(): Promise<void>;
  stop(): void;
}

/** The gate. */
export function createProviderGate({ states, clock, log, wake }: GatePorts): ProviderGate {
  const timers = new Map<string, () => void>();
  let isOver = false;

  async function call(account: string): Promise<void> {
    if (wake === undefined || isOver) return;
    const next = await states.change(account, (state) => callNext(state, clock.now()));
    if (next.length > 0) lookAgain(account);
    const gone = await Promise.all(next.map(async (one) => ((await told(one)) ? [] : [one.request])));
    for (const request of gone.flat()) await states.change(account, (state) => forget(state, request));
    if (gone.flat().length > 0) await call(account);
  }

  async function told(waiting: WaitingStep): Promise<boolean> {
    try {
      return (await wake?.(waiting)) ?? false;
    } catch (error) {
      log.warn({ run: waiting.run, error: messageOf(error) }, 'a step could not be told that it may ask its provider');
      return false;
    }
  }

  /** Who was called may not come. */
  function lookAgain(account: string): void {
    timers.get(account)?.();
    timers.set(
      account,
      clock.after(callMs, () => callQuietly(account)),
    );
  }

  function callQuietly(account: string): void {
    call(account).catch((error: unknown) => {
      if (!isOver) log.warn({ account, error: messageOf(error) }, 'steps that wait for a provider could not be called');
    });
  }

  return {
    enter: (account, asker) => states.change(account, (state) => enter(state, asker, clock.now())),
    async leave(account, end) {
      const { opened } = await states.change(account, (state) => leave(state, end, clock.now()));
      // the run that leaves waits for nobody's call
      callQuietly(account);
      return opened;
    },
    standing: (account) => states.get(account),
    async start() {
      for (const { account, waiting } of await states.all()) if (waiting.length > 0) await call(account);
    },
    stop() {
      isOver = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}

/** States of this process alone: for steps that no host serves. */
export function statesOfProcess(): ProviderStates {
  const states = new Map<string, ProviderState>();
  const of = (account: string): ProviderState => states.get(account) ?? freshProviderState(account);
  return {
    get: (account) => Promise.resolve(of(account)),
    all: () => Promise.resolve([...states.values()].filter((state) => !isForgettable(state))),
    async change(account, decide) {
      const { state, result } = decide(of(account));
      states.set(account, state);
      return result;
    },
  };
}
