// Who an agent is, from what is known of it beforehand and what it says when it is greeted. Pure. A version that nobody tells stays unknown.
import { defined } from '../../support/index.ts';
import type { Agent } from '../agents/agent.ts';
import type { AgentId } from '../model/types.ts';
import type { Greeted } from './conversation.ts';

/** The agent. `program`: the word that started it, where nobody says a name. */
export function agentId(
  { name, program: behind }: Pick<Agent, 'name' | 'program'>,
  said: Greeted,
  program: string,
): AgentId {
  const itself = { name: lastPart(said.name ?? program), ...defined({ version: said.version }) };
  if (name === '') return { ...itself, name: said.title ?? itself.name };
  // where another program speaks for it, the version is that one's
  return behind === undefined ? { ...itself, name } : { name, through: itself };
}

/** Some call themselves as their package: `@vendor/name`. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
