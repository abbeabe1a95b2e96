// An agent whose program is there and the one that speaks the protocol for it is not: one prompt in, one envelope out. Decides when and with which words.
import { findPrograms } from '../sandbox/index.ts';
import type { Agent, Alone } from '../agents/agent.ts';
import type { PersonaTask, PersonaTool, ProviderServices } from '../model/types.ts';
import type { AcpConfig } from './acp-start.ts';

/** How it works alone, where it has to and can. The operator's own command stands above it. */
export function aloneHere(
  { options: { command } }: AcpConfig,
  agent: Agent,
  { path }: Pick<ProviderServices, 'path'>,
): Alone | undefined {
  const { alone } = agent;
  const [wanted = ''] = command;
  if (alone === undefined || path === undefined || wanted !== agent.command[0]) return undefined;
  const [program = ''] = alone.command;
  return findPrograms(wanted, path).length === 0 && findPrograms(program, path).length > 0 ? alone : undefined;
}

/** Its whole command for a request: it is offered what the persona has, and nothing else. */
export function aloneCommand(
  alone: Alone,
  { persona }: Pick<PersonaTask, 'persona'>,
  model: string | undefined,
): readonly string[] {
  const wordsOf = (tools: readonly PersonaTool[]): string => tools.flatMap((tool) => alone.tools[tool]).join(',');
  const unasked = persona.tools.filter((tool) => !alone.free.includes(tool));
  return [
    ...alone.command,
    alone.offers,
    wordsOf(persona.tools),
    ...(unasked.length === 0 ? [] : [alone.allows, wordsOf(unasked)]),
    ...(model === undefined ? [] : [alone.model, model]),
  ];
}
