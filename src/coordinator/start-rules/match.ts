// A workflow has to answer to what happened. Decides only.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRule } from './types.ts';

/** Some workflow is meant; a name that nobody knows counts as meant, too. */
export const match: StartRule = {
  name: 'match',
  judge({ selection, catalogue }) {
    if (selection.kind !== 'none') return holds(holding.match());
    const known = catalogue.candidates.map(({ id }) => id);
    return refuses(reasons.noMatch(), answers.nothingMatches(known), { concerns: 'nobody' });
  },
};
