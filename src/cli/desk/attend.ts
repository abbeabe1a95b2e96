// Somebody sits at the terminal of a run: their keys, and the gates they are asked about. Follows no rules of its own: controls are the coordinator's.
import type { RunState } from '../../engine/index.ts';
import { messageOf, processClock, defined } from '../../support/index.ts';
import type { Screen } from '../common/live-progress.ts';
import type { Terminal } from '../common/io.ts';
import { deskMessages as say } from './messages-desk.ts';
import { askGate } from './ask-gate.ts';
import type { GateAnswer } from './ask-gate.ts';
import { showGates } from '../../view/index.ts';
import type { ShownGate } from '../../view/index.ts';
import { readKeys, wishOfKey } from './keys.ts';
import { goesOnSoon, timersOf } from './stay.ts';

/** A control that the person wants. Resolves to why it is not done, or to nothing. */
export type Act = (wish: {
  readonly verb: 'pause' | 'resume' | 'cancel' | 'approve' | 'reject' | 'answer';
  readonly step?: string;
  readonly sha?: string;
  readonly text?: string;
}) => Promise<string | undefined>;

/** What attending needs. */
export interface AttendPorts {
  readonly terminal: Terminal;
  readonly screen: Screen;
  readonly act: Act;
  /** The person goes away from the run. */
  leave(): void;
}

/** Whoever is there for a run. */
export interface Attendant {
  look(state: RunState): void;
  mayGoOn(state: RunState): boolean;
  end(): void;
}

/** Nobody is there: what waits for a person, or for long, ends the command. */
export const nobody: Attendant = { look() {}, mayGoOn: (state) => goesOnSoon(state, processClock.now()), end() {} };

/** Begins to listen. */
export function attend({ terminal, screen, act, leave }: AttendPorts): Attendant {
  let latest: RunState | undefined;
  let asking = false;
  let isOver = false;
  let prompt: { readonly gate: ShownGate; readonly gone: AbortController } | undefined;
  const seen = new Set<string>();
  let stopKeys: (() => void) | undefined = readKeys(terminal, press);
  refresh();

  function refresh(note?: string): void {
    screen.footer(note ?? (asking ? say.askCancel : say.footer(latest?.paused !== undefined)));
  }

  function press(key: string): void {
    const wish = wishOfKey(key, { asking, paused: latest?.paused !== undefined });
    if (wish === undefined) return;
    asking = wish === 'ask-cancel';
    if (wish === 'interrupt') process.kill(process.pid, 'SIGINT');
    if (wish === 'pause' || wish === 'resume' || wish === 'cancel') control(wish).catch(tell);
    else refresh();
  }

  /** What goes wrong at the terminal is shown there; the run does not know of it. */
  function tell(error: unknown): void {
    refresh(messageOf(error));
  }

  async function control(verb: 'pause' | 'resume' | 'cancel'): Promise<void> {
    refresh(verb === 'pause' ? say.pausing : verb === 'cancel' ? say.cancelling : undefined);
    const refusal = await act({ verb });
    if (refusal !== undefined) refresh(refusal);
  }

  async function ask(gate: ShownGate): Promise<void> {
    const gone = new AbortController();
    prompt = { gate, gone };
    seen.add(gate.key);
    stopKeys?.();
    stopKeys = undefined;
    screen.suspend();
    const answer = await askGate(terminal, gate, gone.signal);
    prompt = undefined;
    if (isOver) return;
    const refusal = await carry(gate, answer);
    if (isOver) return;
    screen.resume();
    stopKeys = readKeys(terminal, press);
    refresh(refusal);
    if (refusal !== undefined || answer.kind === 'later') leave();
    else if (latest !== undefined) look(latest);
  }

  function carry(gate: ShownGate, answer: GateAnswer): Promise<string | undefined> {
    if (answer.kind === 'later' || answer.kind === 'gone') return Promise.resolve(undefined);
    return act({
      verb: answer.kind,
      step: gate.path,
      ...defined({ sha: gate.sha, text: answer.text }),
    });
  }

  function look(state: RunState): void {
    const changed = (latest?.paused === undefined) !== (state.paused === undefined);
    latest = state;
    if (changed && !asking) refresh();
    const gates = showGates(state);
    if (prompt !== undefined) {
      const { gate, gone } = prompt;
      if (!gates.some(({ key }) => key === gate.key)) gone.abort();
      return;
    }
    const next = gates.find(({ key }) => !seen.has(key));
    if (next !== undefined)
      ask(next).catch((error: unknown) => {
        screen.resume();
        tell(error);
        leave();
      });
  }

  return {
    look,
    mayGoOn: (state) =>
      state.paused !== undefined || showGates(state).length > 0 || timersOf(state, processClock.now()).length > 0,
    end() {
      isOver = true;
      prompt?.gone.abort();
      stopKeys?.();
      stopKeys = undefined;
    },
  };
}
