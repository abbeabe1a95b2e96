// The code that goes along with a request to a persona elsewhere: the commit that it is about and nothing else, with no credential of ours.
import { rightsOf } from '../personas/index.ts';
import type { SourceBundle, Ticket } from '../personas/index.ts';
import { stepThroughFaults } from './common/step-trouble.ts';
import type { Question } from './persona-ask.ts';

/** Where it lies; undefined: whoever is asked takes none, may see none, or nobody reaches this server. */
export async function sourceFor(
  { choice: { provider, persona }, services, context, head }: Question,
  { requestId, deadline }: Ticket,
  secret: string | null | undefined,
): Promise<SourceBundle | undefined> {
  const { sources } = services;
  if (provider.takesSource !== true || sources === undefined) return undefined;
  if (secret === undefined || secret === null || !rightsOf(persona.tools).seesFiles) return undefined;
  const { repository } = await services.workplace(context);
  const request = { run: context.run, requestId, commit: head, repository, secret, deadline };
  return stepThroughFaults(() => sources.offer(request), context, services);
}
