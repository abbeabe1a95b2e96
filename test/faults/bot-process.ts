// A bot in a process of its own that dies at a given point, as by `kill -9`. Started by the crash matrix; never kills anything but itself.
import { appendFileSync, readFileSync } from 'node:fs';
import { startBot } from '../../src/bot/index.ts';
import { isRunOver } from '../../src/engine/index.ts';
import type { RunId } from '../../src/support/index.ts';
import { botOptions } from '../support/crash-bot.ts';
import type { BotConfig } from '../support/crash-bot.ts';
import { crashPoints } from '../support/crash-points.ts';

// written by the crash matrix a moment ago
const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as BotConfig;
let reached = 0;
let hasHalted = false;

const bot = await startBot({
  ...botOptions(config),
  wrap: crashPoints((name) => {
    if (isEcho(name)) return;
    reached += 1;
    appendFileSync(config.trace, `${reached} ${name}\n`);
    if (reached === config.dieAt) process.kill(process.pid, 'SIGKILL');
    if (!hasHalted && (config.haltAt === reached || config.haltAt === name)) {
      hasHalted = true;
      tell('halted');
      process.kill(process.pid, 'SIGSTOP');
    }
  }),
  observers: [
    {
      name: 'settled',
      changed(state) {
        if (isRunOver(state.status)) void settle(state.id);
      },
    },
  ],
});
tell(`ready ${bot.url}`);
process.on('SIGTERM', () => void bot.stop(500));
// a run that was over before this process came gives no more events: what is left of it is to be shown
for (const { id, status } of (await bot.store.journal.list({ limit: 10 })).items)
  if (isRunOver(status)) void settle(id);

/** Says so when GitHub shows the end of the last run. */
async function settle(run: RunId): Promise<void> {
  await bot.views.flush(run);
  const { items } = await bot.store.journal.list({ limit: 10 });
  if (items.length === config.runs && items.every(({ status }) => isRunOver(status))) tell('settled');
}

/** Deliveries about our own writes change nothing, and there are as many as writes: dying at them is dying beside them. */
function isEcho(name: string): boolean {
  return (
    / inbox\./.test(name) && !/issues\.labeled|issue_comment\.created|pull_request_review\.|inbox\.done done/.test(name)
  );
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
