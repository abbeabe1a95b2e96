// One request to an agent that works alone: as a command that prints an envelope. What is read of it is in shell.ts.
import { programPlaces } from '../sandbox/index.ts';
import type { Alone } from '../agents/agent.ts';
import type { PersonaResult } from '../model/types.ts';
import { accessVariables } from './access.ts';
import type { AgentAsk } from './acp-request.ts';
import { accessHere, modelOf, settingsOf } from './acp-start.ts';
import { aloneCommand } from './alone.ts';
import { findAnswer, runCommand } from './shell.ts';
import type { ShellConfig } from './shell.ts';

/** The agent's answer. Its version nobody tells. */
export async function askAlone(ask: AgentAsk, alone: Alone): Promise<PersonaResult> {
  const { config, agent, services, task, ticket, context } = ask;
  const result = await runCommand({
    config: commandOf(ask, alone),
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

/** What it handed in when the process that waited for it died. */
export async function findAlone(ask: AgentAsk, alone: Alone): Promise<PersonaResult | undefined> {
  const result = await findAnswer(commandOf(ask, alone), ask.task, ask.context);
  return result === undefined ? undefined : { ...result, agent: { name: ask.agent.name } };
}

function commandOf({ config, services, task }: AgentAsk, alone: Alone): ShellConfig {
  const { options } = config;
  const command = aloneCommand(alone, task, modelOf({ config, task }));
  return {
    ...config,
    options: {
      command: [...command, ...(options.args ?? [])],
      readable: [...programPlaces(command[0] ?? '', services.path ?? ''), ...(options.readable ?? [])],
    },
  };
}
