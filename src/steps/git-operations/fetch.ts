// The operation `fetch`.
import type { StepResult } from '../../engine/index.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import type { Operation, OperationBody } from './operation.ts';

/** What does it. */
export const fetch: OperationBody = { name: 'fetch', operate: fetchOperation };

/** Brings the mirror up to date. */
async function fetchOperation({ context, workplace }: Operation): Promise<StepResult> {
  await workplace.repository.fetch(context.signal);
  return { outputs: {}, summary: messages.fetched };
}
