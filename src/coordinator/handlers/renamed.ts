// A repository was renamed, moved or archived: its runs are found by its id all the same (decision 34), and where it is now every delivery tells. Decides only.
import { ignored } from '../common/decisions.ts';
import { reasons } from '../common/messages.ts';
import type { Handler, Heard } from './types.ts';

/** Says that nothing changes. */
export const renamed: Handler = {
  name: 'renamed',
  answersTo: 'a change of the repository itself',
  then: 'stop',
  matches: (happening): happening is Heard => happening.event === 'repository',
  decide: (happening) => Promise.resolve(ignored(happening, reasons.renamed())),
};
