// What happened has to count still: a label that is off again starts nothing. Reads what the wish says is to be read.
import { holding } from './messages.ts';
import { holds, refuses } from './types.ts';
import type { StartRule } from './types.ts';

/** Asked only once a workflow answers, because it costs a request. */
export const stillTrue: StartRule = {
  name: 'still-true',
  async judge({ request }) {
    const gone = await request.stillTrue?.();
    return gone === undefined ? holds(holding.stillTrue()) : refuses(gone, '', { concerns: 'nobody' });
  },
};
