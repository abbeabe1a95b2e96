// A bot with room for hundreds of runs at once that tells its heap after a collection. Started by the soak with `--expose-gc`.
import { readFileSync } from 'node:fs';
import { startBot } from '../../src/bot/index.ts';
import { botOptions } from '../support/crash-bot.ts';
import type { BotConfig } from '../support/crash-bot.ts';
import type { SoakFigures } from '../support/soak.ts';

// written by the soak a moment ago
const options = botOptions(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as BotConfig);
const { serverFile } = options;
const bot = await startBot({
  ...options,
  serverFile: { ...serverFile, limits: { ...serverFile.limits, concurrentRuns: 16, concurrentPerRepository: 1_000 } },
});
process.send?.(bot.url);
process.on('message', () => void figures().then((now) => process.send?.(now)));
process.on('SIGTERM', () => void bot.stop(2_000).then(() => process.exit(0)));

async function figures(): Promise<SoakFigures> {
  const counts = await bot.store.counts();
  for (let round = 0; round < 2; round += 1) {
    globalThis.gc?.();
    // finalizers and weak references go between two collections
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss, ...counts };
}
