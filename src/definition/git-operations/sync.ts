// The operation `sync`: brings the base into the branch.
import { pick } from './keys.ts';
import type { GitOperationKind } from './operation-kind.ts';

/** The operation. */
export const sync: GitOperationKind = {
  name: 'sync',
  about: 'brings the base into the branch',
  keys: pick('base', 'strategy', 'message', 'conflicts'),
  writes: true,
  check({ step, path }, report) {
    if (step['strategy'] !== 'rebase' || !Object.hasOwn(step, 'conflicts')) return;
    report({
      code: 'schema/no-effect',
      path: `${path}.conflicts`,
      on: 'key',
      message: '`conflicts` has no effect with `strategy: rebase`',
      hint: 'Take `strategy` away: then it is a merge.',
    });
  },
};
