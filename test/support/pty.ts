// The command line at a terminal: `script` of util-linux gives it a real one, and the test is the person who types.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { compileCache, ownNode, troupeBin } from './cli.ts';
import { patienceMs } from './patience.ts';

/** A process at a terminal of its own. */
export interface PtyProcess {
  /** Everything it has shown, without colours and movements. */
  shown(): string;
  /** Resolves when it shows the text after what was waited for before; rejects when it ends without. */
  said(text: string): Promise<void>;
  type(keys: string): void;
  /** Kills it so that it can do nothing more. */
  kill(): Promise<void>;
  /** The terminal goes away, as when a window is closed or a line drops. */
  hangUp(): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** Starts `troupe …` at a terminal of 100 columns and 40 rows. */
export function troupeAtTerminal(argv: readonly string[], cwd: string): PtyProcess {
  const words = [ownNode, troupeBin, ...argv].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qfec', `stty rows 40 cols 100; echo "pid=$$"; exec ${words}`, '/dev/null'], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: join(cwd, '.no-home'),
      SHELL: '/bin/sh',
      TERM: 'xterm',
      LANG: 'C.UTF-8',
      ...compileCache,
    },
    stdio: 'pipe',
  });
  let raw = '';
  let read = 0;
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    raw += chunk;
    for (const listener of listeners) listener();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code) => settle(code));
  });
  function shown(): string {
    return stripVTControlCharacters(raw).replaceAll('\r', '');
  }
  function pid(): number {
    return Number(/pid=(\d+)/.exec(shown())?.[1]);
  }
  async function gone(): Promise<void> {
    await ended;
    // it is not our child: its end cannot be heard, only looked for
    for (;;) {
      try {
        process.kill(pid(), 0);
      } catch {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  return {
    shown,
    said(text) {
      return new Promise<void>((settle, reject) => {
        const never = `"${text}" was never shown after that:\n`;
        const patience = setTimeout(() => reject(new Error(`${never}${shown().slice(-2_000)}`)), patienceMs);
        function look(): void {
          const at = shown().indexOf(text, read);
          if (at < 0) return;
          read = at + text.length;
          listeners.delete(look);
          clearTimeout(patience);
          settle();
        }
        listeners.add(look);
        look();
        void ended.then((code) => {
          look();
          clearTimeout(patience);
          reject(new Error(`It ended with ${code}. ${never}${shown().slice(-2_000)}`));
        });
      });
    },
    type: (keys) => void child.stdin.write(keys),
    async kill() {
      process.kill(pid(), 'SIGKILL');
      await gone();
    },
    async hangUp() {
      child.kill('SIGKILL');
      await gone();
    },
    ended,
  };
}
