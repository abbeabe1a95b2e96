// Asks the person at the terminal about a gate. Decides and records nothing.
import { forTerminal } from '../../support/index.ts';
import type { Terminal } from '../common/io.ts';
import { deskMessages as say } from './messages-desk.ts';
import type { ShownGate } from '../../view/index.ts';

/** What the person says. `later`: they leave it open. `gone`: it was decided elsewhere meanwhile. */
export interface GateAnswer {
  readonly kind: 'approve' | 'reject' | 'answer' | 'later' | 'gone';
  /** The answer, or why not. */
  readonly text?: string;
}

/** Shows the prompt until it is answered, left, or `gone` is aborted. */
export async function askGate(terminal: Terminal, gate: ShownGate, gone: AbortSignal): Promise<GateAnswer> {
  const clack = await import('@clack/prompts');
  const common = { input: terminal.input, output: terminal.output, signal: gone };
  const message = forTerminal(`${gate.name}: ${gate.message}${say.approvalAt(gate.sha)}`);
  function unanswered(): GateAnswer {
    return { kind: gone.aborted ? 'gone' : 'later' };
  }
  if (gate.kind === 'answer') {
    const given = await clack.text({ ...common, message });
    if (clack.isCancel(given) || given === undefined || given.trim() === '') return unanswered();
    return { kind: 'answer', text: given };
  }
  const choice = await clack.select({
    ...common,
    message,
    options: [
      { value: 'approve' as const, label: say.approve },
      { value: 'reject' as const, label: say.reject },
      { value: 'later' as const, label: say.later, hint: say.laterHint },
    ],
  });
  if (clack.isCancel(choice)) return unanswered();
  if (choice !== 'reject') return { kind: choice };
  const why = await clack.text({ ...common, message: say.why });
  if (clack.isCancel(why)) return unanswered();
  return { kind: 'reject', ...(why === undefined || why.trim() === '' ? {} : { text: why }) };
}
