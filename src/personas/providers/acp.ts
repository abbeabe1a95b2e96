// Transport `acp`: an agent program in the sandbox, spoken to by Agent Client Protocol. Knows no agent by its name.
import { basename } from 'node:path';
import { agentOf } from '../agents/list.ts';
import type { Agent } from '../agents/agent.ts';
import { acpMessages as say } from '../acp/messages.ts';
import { SessionLost } from '../acp/session-lost.ts';
import { providerMessages } from '../model/messages.ts';
import type {
  LostSession,
  Persona,
  Provider,
  ProviderAnswer,
  ProviderProblem,
  ProviderServices,
} from '../model/types.ts';
import { agentMessages } from '../agents/messages.ts';
import { accessProblem } from './access-problem.ts';
import { aloneHere } from './alone.ts';
import { askAgent, findAnswer } from './acp-request.ts';
import type { AgentAsk } from './acp-request.ts';
import { accessHere, settingsOf, waysFor } from './acp-start.ts';
import type { AcpConfig } from './acp-start.ts';
import { askAlone, findAlone } from './ask-alone.ts';
import { gatewayProblems } from './behind-gateway.ts';
import { commandProblems } from './command-problems.ts';
import { immediately } from './immediately.ts';

/** A provider that starts the agent for each request. */
export function createAcpProvider(config: AcpConfig, services: ProviderServices): Provider {
  const agent = agentOf(config.preset);
  return {
    name: config.name,
    isPersonal() {
      const access = accessHere({ agent, config, services });
      return access.kind === 'log-in' && access.state === 'ready';
    },
    async check(persona) {
      return [
        ...programProblems(config, agent, services),
        ...keyProblems(config, agent, services),
        ...(await gatewayProblems(waysFor({ agent, config, services }), persona, services)),
        ...(await wallProblems(config, agent, { services, persona })),
      ];
    },
    ...immediately((task, ticket, context) => {
      // looked at for each request: people install programs while a bot runs
      const alone = aloneHere(config, agent, services);
      const ask = { config, agent, services, task, ticket, context };
      return alone === undefined ? askAgent(ask) : askAlone(ask, alone);
    }),
    find(task, ticket, context) {
      const alone = aloneHere(config, agent, services);
      const ask = { config, agent, services, task, ticket, context };
      return alone === undefined ? findAnswer(ask) : findAlone(ask, alone);
    },
    reattach: (task, ticket, context) => askAgain({ config, agent, services, task, ticket, context }),
  };
}

/** In the session that the ticket keeps. */
async function askAgain(ask: AgentAsk): Promise<ProviderAnswer | LostSession> {
  const goesOnWith = ask.ticket.keeps?.['session'];
  if (typeof goesOnWith !== 'string' || aloneHere(ask.config, ask.agent, ask.services) !== undefined)
    return { lost: say.cannotGoOn(ask.config.name) };
  try {
    return { answer: await askAgent({ ...ask, goesOnWith }) };
  } catch (error) {
    if (error instanceof SessionLost) return { lost: error.message };
    throw error;
  }
}

function programProblems(config: AcpConfig, agent: Agent, services: ProviderServices): readonly ProviderProblem[] {
  const { command } = config.options;
  const alone = aloneHere(config, agent, services);
  if (alone === undefined)
    return commandProblems(config.name, command, services.path).map((problem) => withInstall(problem, config, agent));
  const message = agentMessages.alone(alone.command[0] ?? '', command[0] ?? '');
  return [{ severity: 'warning', message, hint: agentMessages.aloneHint(agent.install) }];
}

/** The program that a preset names is installed by a command that is known. */
function withInstall(problem: ProviderProblem, { options }: AcpConfig, agent: Agent): ProviderProblem {
  const isOwn = agent.install !== '' && basename(options.command[0] ?? '') === agent.command[0];
  return isOwn ? { ...problem, hint: say.install(agent.install, problem.hint ?? '') } : problem;
}

function keyProblems(config: AcpConfig, agent: Agent, services: ProviderServices): readonly ProviderProblem[] {
  const { name, env } = config;
  const access = accessHere({ agent, config, services });
  if (access.kind === 'unknown')
    return env
      .filter((variable) => (services.secret(variable) ?? '') === '' && !agent.variables.includes(variable))
      .map((variable) => ({
        severity: 'warning',
        message: providerMessages.missingSecret(name, variable),
        hint: providerMessages.missingSecretHint(variable),
      }));
  const problem = accessProblem(agent, access);
  if (problem === undefined) return [];
  const told = { severity: 'warning', message: say.noKey(name, problem.message), hint: problem.hint } as const;
  // what the operator hands it may name another way: a model of their own, a key in its configuration
  const isHanded = env.some((variable) => (services.secret(variable) ?? '') !== '');
  if (isHanded || Object.keys(settingsOf(config)).length > 0) return [told];
  return [{ ...told, lacks: 'pay' }];
}

/** Who asks nobody is held by walls alone. */
async function wallProblems(
  { name }: AcpConfig,
  agent: Agent,
  { services, persona }: { readonly services: ProviderServices; readonly persona: Persona },
): Promise<readonly ProviderProblem[]> {
  // whether the walls that it asks for can be had is told elsewhere
  if (agent.asksNobody !== true || persona.sandbox === 'gateway') return [];
  const sandbox = await services.sandbox(persona.sandbox);
  if (sandbox.tier !== 'env') return [];
  return [{ severity: 'error', message: say.unwalled(name), hint: say.unwalledHint(), lacks: 'walls' }];
}
