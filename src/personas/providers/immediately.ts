// Providers whose answer is there when the request ends: they wait for nobody, and nobody has to be told anything. Sends nothing itself.
import type { PersonaResult, PersonaTask, Provider, ProviderContext, Ticket } from '../model/types.ts';

/** The parts of a provider that answers at once. Interrupted, it is asked again. */
export function immediately(
  give: (task: PersonaTask, ticket: Ticket, context: ProviderContext) => Promise<PersonaResult>,
): Pick<Provider, 'strategies' | 'start' | 'resume' | 'release'> {
  return {
    strategies: new Set(['immediate'] as const),
    start: async (task, ticket, context) => ({ answer: await give(task, ticket, context) }),
    resume: async (task, { ticket }, context) => ({ answer: await give(task, ticket, context) }),
    release: () => Promise.resolve(),
  };
}

/** How long a request may still take; without a deadline as long as it takes. */
export function msLeft({ deadline }: Ticket, now: number): number {
  return deadline === null ? Number.POSITIVE_INFINITY : Math.max(0, deadline - now);
}
