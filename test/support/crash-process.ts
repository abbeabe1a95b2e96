// A bot in a process of its own that dies at a given point. All of them start from one bundle, which is quick to load.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { rolldown } from 'rolldown';
import { machineEnvironment } from '../../src/personas/index.ts';
import type { BotConfig } from './crash-bot.ts';

const root = resolve(import.meta.dirname, '../..');
/** Below the package: what ships with it is found from there. */
const cache = join(root, 'node_modules/.cache/troupe-crash');

let bundled: Promise<string> | undefined;

/** The program of the process that dies, in one file: made once for all matrices of a test file. */
export function bundledBot(): Promise<string> {
  return (bundled ??= bundleBot());
}

async function bundleBot(): Promise<string> {
  const file = join(cache, `bot-${process.pid}.mjs`);
  const build = await rolldown({
    input: join(root, 'test/faults/bot-process.ts'),
    platform: 'node',
    external: [/^node:/],
    logLevel: 'silent',
  });
  const banner = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`;
  await build.write({ file, format: 'esm', banner, codeSplitting: false });
  await build.close();
  return file;
}

/** A bot in a process of its own. */
export interface BotProcess {
  readonly process: ChildProcess;
  /** Resolves with each line it says, undefined when it is gone. */
  next(): Promise<string | undefined>;
}

/** Starts one. `env`: what it has besides. */
export function startBotProcess(
  program: string,
  config: BotConfig,
  env: Readonly<Record<string, string>> = {},
): BotProcess {
  const file = join(config.dir, `config-${config.dieAt}.json`);
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  const child = spawn(process.execPath, [program, file], {
    env: {
      ...machineEnvironment(process.env),
      TMPDIR: join(config.dir, 'tmp'),
      // compiled once for all the processes of a matrix
      NODE_COMPILE_CACHE: join(cache, 'compiled'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString('utf8');
  });
  const gone = new Promise<void>((resolveGone, reject) => {
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL' || signal === 'SIGTERM' || code === 0) resolveGone();
      else reject(new Error(`the bot process ended with ${code ?? signal}: ${complaint}`));
    });
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async next() {
      const line = await lines.next();
      if (line.done !== true) return line.value;
      await gone;
      return undefined;
    },
  };
}

/** The points that a process reached, in order. */
export function pointsOf(trace: string): readonly string[] {
  const lines = existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : [];
  return lines.map((line) => line.slice(line.indexOf(' ') + 1));
}
