// The bot: a Probot app behind an inbox, and everything it is wired to. `probot run` takes the default export.
import type { Probot } from 'probot';
import { processVariables } from './environment.ts';
import { runUnderProbot } from './probot-run.ts';

export { createApp, createProbot, createReceiver } from './app.ts';
export { readBotEnvironment } from './environment.ts';
export type { BotEnvironment, EnvironmentResult, LogLevel, Variables } from './environment.ts';
export { createLanes } from './lanes.ts';
export type { LanePorts, Lanes, Received } from './lanes.ts';
export { startBot } from './start-bot.ts';
export type { Bot, BotOptions } from './start-bot.ts';

/** Troupe as a Probot app function: `probot run ./src/bot/index.ts`. */
export default async function troupe(app: Probot): Promise<void> {
  await runUnderProbot(app, processVariables(), process.cwd());
}
