// A workflow that is named has to be there. Decides only.
import { nearest } from '../../support/index.ts';
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRule } from './types.ts';

/** The answer names the nearest one, and tells one that is switched off from one that is not there. */
export const known: StartRule = {
  name: 'known',
  judge({ selection, catalogue }) {
    if (selection.kind !== 'unknown') return holds(holding.known());
    if (catalogue.settings.workflows.disable.includes(selection.id))
      return refuses(reasons.switchedOff(selection.id), answers.switchedOff(selection.id));
    const ids = catalogue.candidates.map(({ id }) => id);
    const line = answers.unknownWorkflow(selection.id, nearest(selection.id, ids), ids);
    return refuses(reasons.unknownWorkflow(selection.id), line);
  },
};
