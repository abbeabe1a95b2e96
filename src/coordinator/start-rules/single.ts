// One workflow alone has to answer: a real tie runs nothing. Decides only.
import { answers, reasons } from '../common/messages.ts';
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRule } from './types.ts';

/** Which of them is meant is for a maintainer to write down. */
export const single: StartRule = {
  name: 'single',
  judge({ selection, request, subject }) {
    if (selection.kind !== 'tie') return holds(holding.single());
    const ids = selection.candidates.map(({ id }) => id);
    const paths = selection.candidates.map(({ path }) => path);
    return refuses(reasons.tie(ids), answers.tie(ids, paths, request.by === 'asked' && subject === undefined), {
      concerns: 'everybody',
    });
  },
};
