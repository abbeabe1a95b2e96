// Whether the token may do what the workflow needs: told by the names that whoever holds it finds.
import type { Check } from './types.ts';
import { neededPermissions } from './writes.ts';

/** Each permission that is lacking. */
export const token: Check = {
  name: 'token',
  async look(_run, { github }) {
    if (github === undefined) return [];
    const needed = neededPermissions(github.spec, github.now);
    const lacked = needed.length === 0 ? [] : ((await github.api.lackedPermissions?.(needed)) ?? []);
    return lacked.map(({ message, hint }) => ({ message, mend: hint.replace(/\.$/, '') }));
  },
};
