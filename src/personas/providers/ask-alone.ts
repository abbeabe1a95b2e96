// One request to an agent that works alone: as a command that prints an envelope. What is read of it is in shell.ts.
import { programPlaces } from '../sandbox/index.ts';
import type { Alone } from '../agents/agent.ts';
import type { PersonaResult } from '../model/types.ts';
import { accessVariables } from './access.ts';
import type { AgentAsk } from './acp-request.ts';
import { accessHere, modelOf, settingsOf } from './acp-start.ts';
import { aloneCommand } from './alone.ts';
import { runCommand } from './shell.ts';

/** The agent's answer. Its version nobody tells. */
export async function askAlone(
  { config, agent, services, task, ticket, context }: AgentAsk,
  alone: Alone,
): Promise<PersonaResult> {
  const { options } = config;
  const command = aloneCommand(alone, task, modelOf({ config, task }));
  const result = await runCommand({
    config: {
      ...config,
      options: {
        command: [...command, ...(options.args ?? [])],
        readable: [...programPlaces(command[0] ?? '', services.path ?? ''), ...(options.readable ?? [])],
      },
    },
    services,
    task,
    ticket,
    context,
    variables: {
      ...agent.settings,
      ...accessVariables(agent, accessHere({ agent, config, services })),
      ...settingsOf(config),
    },
  });
  return { ...result, agent: { name: agent.name } };
}
