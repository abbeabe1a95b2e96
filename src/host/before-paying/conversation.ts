// Whether people can be spoken with where the run's task stands.
import { ruleMessages as say } from './rule-messages.ts';
import type { Check } from './types.ts';
import { talks } from './writes.ts';

/** A conversation that was ended takes no question, and hears no answer. */
export const conversation: Check = {
  name: 'conversation',
  async look(_run, { github }) {
    return github?.locked === true && talks(github.spec) ? [say.locked] : [];
  },
};
