// Who is told what happened to runs: views, the log, and whatever a host adds. An observer changes no run, stops none and holds none up.
import { isRunOver } from '../engine/index.ts';
import type { RunEvent, RunState } from '../engine/index.ts';
import { messageOf } from '../support/index.ts';
import type { Logger } from '../support/index.ts';
import { hostMessages } from './messages.ts';

/** Somebody who is told. A new one is a file with one of these and a line where its host lists its parts. */
export interface Observer {
  readonly name: string;
  /** After an append is durable, in the order of the appends, with the state it leads to. Nobody waits for what it returns. */
  changed(state: RunState, events: readonly RunEvent[]): unknown;
  /** Ends what is under way; called once no run is driven any more. */
  close?(): unknown;
}

/** Tells each of them, in order. One that fails is logged, and the others are told all the same. */
export function tellAll(observers: readonly Observer[], log: Logger): Observer['changed'] {
  function failed(observer: Observer, state: RunState, error: unknown): void {
    log.warn({ run: state.id, observer: observer.name, error: messageOf(error) }, hostMessages.observerFailed);
  }
  return (state, events) => {
    for (const observer of observers) {
      try {
        const work = observer.changed(state, events);
        if (work instanceof Promise) work.catch((error: unknown) => failed(observer, state, error));
      } catch (error) {
        failed(observer, state, error);
      }
    }
  };
}

/** Writes to the log how runs end; at `debug` also what happens to them. */
export function logObserver(log: Logger): Observer {
  return {
    name: 'log',
    changed(state, events) {
      const { id: run, status } = state;
      log.debug({ run, status, events: events.map(({ type }) => type) }, hostMessages.appended);
      if (!isRunOver(status) || !events.some(({ type }) => type === 'run.finished')) return;
      log.info({ run, status, workflow: state.spec.workflow.id }, hostMessages.ended);
    },
  };
}
