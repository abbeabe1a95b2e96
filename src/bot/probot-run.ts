// Troupe under `probot run`: Probot receives and verifies, Troupe stores each event and goes on as in `troupe serve`.
import { dirname } from 'node:path';
import type { Probot } from 'probot';
import {
  findServerFile,
  hostProviders,
  lookForAgents,
  providerSecrets,
  readServerFile,
  withAgents,
} from '../host/index.ts';
import { machineEnvironment } from '../personas/index.ts';
import { deliveryOf } from '../store/index.ts';
import type { Inbox } from '../store/index.ts';
import {
  createRedactor,
  goThroughProxies,
  networkVariables,
  proxySecrets,
  systemClock,
  toJson,
  TroupeError,
  defined,
} from '../support/index.ts';
import type { Clock } from '../support/index.ts';
import { readBotEnvironment } from './environment.ts';
import type { Variables } from './environment.ts';
import { environmentMessages } from './messages.ts';
import { startBot } from './start-bot.ts';
import type { Bot } from './start-bot.ts';

/** Starts the bot behind a Probot that has a server of its own. Throws `config/environment` with every problem. */
export async function runUnderProbot(app: Probot, variables: Variables, cwd: string): Promise<Bot> {
  const read = readBotEnvironment({ variables, cwd });
  if (!read.ok) {
    const problems = read.problems.map((problem) => problem.message);
    throw new TroupeError('config/environment', environmentMessages.cannotStart(problems), { class: 'config' });
  }
  const { environment } = read;
  const file = environment.configPath ?? findServerFile(variables, cwd, true);
  const machine = machineEnvironment(variables);
  goThroughProxies(variables);
  const agents = lookForAgents(variables, machine);
  const serverFile = withAgents(readServerFile(file), agents);
  const secrets = providerSecrets(serverFile, variables);
  const bot = await startBot({
    // without a secret of its own the bot opens no second server: Probot has verified what comes
    environment: { ...environment, webhookSecrets: [] },
    // Probot's process keeps its secrets in its environment, so personas need a wall between
    serverFile: serverFile.sandbox === 'auto' ? { ...serverFile, sandbox: 'required' } : serverFile,
    hidden: file === undefined ? [] : [file],
    providers: hostProviders({
      serverFile,
      baseDir: file === undefined ? cwd : dirname(file),
      secrets,
      machine,
      variables,
      ...defined({ publicUrl: environment.publicUrl }),
    }),
    machine,
    network: networkVariables(variables),
    redactor: createRedactor([
      ...proxySecrets(variables),
      ...Object.values(secrets),
      ...agents.flatMap((agent) => agent.secrets),
      ...environment.webhookSecrets,
    ]),
    clock: systemClock,
    log: app.log,
  });
  storeEvents(app, bot.store.inbox, systemClock);
  return bot;
}

/** Puts every event that Probot receives into the inbox, from where lanes take it. */
export function storeEvents(app: Pick<Probot, 'onAny'>, inbox: Inbox, clock: Clock): void {
  app.onAny(async ({ id, name, payload }) => {
    const headers = { 'x-github-delivery': id, 'x-github-event': name };
    const delivery = deliveryOf(headers, toJson(payload), clock.now());
    if (delivery !== undefined) await inbox.put(delivery);
  });
}
