// `--auto-approve`: every approval of a run at the desk is given as soon as it is asked for, in this option's own name. It is no person:
// nothing is merged on it. Answers no questions.
import { defined } from '../../support/index.ts';
import type { Journal, RunState } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Attendant } from './attend.ts';
import { showGates } from '../../view/index.ts';
import type { ShownGate } from '../../view/index.ts';

/** Who is told to have approved. */
export const autoApprover = '--auto-approve';

/** The attendant, with approvals taken off their hands. */
export function autoApproving(
  attendant: Attendant,
  ports: {
    readonly journal: Pick<Journal, 'post'>;
    readonly run: RunId;
    readonly told: (gate: ShownGate) => void;
    readonly failed: (error: unknown) => void;
  },
): Attendant {
  const given = new Set<string>();
  const approvals = (state: RunState): readonly ShownGate[] =>
    showGates(state).filter(({ kind }) => kind === 'approval');

  async function approve({ path, sha }: ShownGate): Promise<void> {
    await ports.journal.post(ports.run, {
      type: 'approval.decided',
      step: path,
      data: {
        approved: true,
        by: { login: autoApprover, from: 'troupe' },
        ...defined({ sha }),
      },
    });
  }

  return {
    ...attendant,
    look(state) {
      for (const gate of approvals(state).filter(({ key }) => !given.has(key))) {
        given.add(gate.key);
        ports.told(gate);
        approve(gate).catch(ports.failed);
      }
      // whoever sits there is asked about the rest
      if (approvals(state).length === 0) attendant.look(state);
    },
    mayGoOn: (state) => approvals(state).length > 0 || attendant.mayGoOn(state),
  };
}
