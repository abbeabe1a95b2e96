// The providers of the personas have to be able to answer: nothing is paid for what stops later.
import { answers, reasons } from '../messages.ts';
import { holding } from './messages.ts';
import { holds, refuses, workflowRule } from './types.ts';

/** The host looks; where it does not, nothing is asked. */
export const provider = workflowRule('provider', async ({ workflow, personas }, { ports, catalogue }) => {
  const usual = catalogue.effective.settings.defaultProvider;
  const silent = await ports.unplayable?.({ workflow, personas: personas(), usual });
  return silent === undefined
    ? holds(holding.provider())
    : refuses(reasons.unplayable(silent.message), answers.unplayable(workflow.id, silent.message), {
        concerns: 'everybody',
      });
});
