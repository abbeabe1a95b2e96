// The sinks of the machine: what commands print, the log, files of the data directory and others, the control socket.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../src/cli/common/log.ts';
import { reportInternalError } from '../../src/cli/internal-error.ts';
import { tellError } from '../../src/cli/tell-error.ts';
import { writeTranscript } from '../../src/personas/transcript/transcript-writer.ts';
import { callControl, serveControl } from '../../src/store/embedded/control.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { messageOf, silentLogger, systemClock, TroupeError } from '../../src/support/index.ts';
import { specOf } from '../suites/journal-fixtures.ts';
import { filesOf } from './leaks.ts';
import type { Sink, Uttering } from './sink.ts';

/** Words together: each error makes a redactor of its own, which takes its time. */
function byTheDozen(words: readonly string[]): readonly string[] {
  const dozens = Array.from({ length: Math.ceil(words.length / 12) }, (_, n) => words.slice(12 * n, 12 * n + 12));
  return dozens.map((dozen) => dozen.join(' and '));
}

async function toldError({ words, environment }: Uttering, argv: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const hear = (line: string): void => void lines.push(line);
  const listener = { argv, environment, atTerminal: false, hasSpoken: () => false, out: hear, note: hear };
  for (const word of byTheDozen(words)) {
    const problem = new TroupeError('config/value', `not ${word}`, { class: 'config', hint: `Not ${word}.` });
    const all = { class: 'config', hint: `Say it without ${word}.`, cause: new AggregateError([problem]) } as const;
    await tellError(new TroupeError('config/value', `it is not ${word}`, all), listener);
  }
  return lines.join('\n');
}

/** What is noted of a delivery, however it went. */
async function noteDelivery(
  { inbox }: Store,
  { word, at }: { readonly word: string; readonly at: number },
): Promise<void> {
  for (const how of ['done', 'failed', 'postponed'] as const) {
    const id = `${how} ${at}`;
    const nobody = { action: null, installationId: null, repositoryId: null, number: null, logicalKey: null };
    await inbox.put({ id, event: 'ping', payload: {}, receivedAt: 0, ...nobody });
    const taken = await inbox.take(systemClock.now());
    if (taken === undefined) throw new Error('there was a delivery');
    if (how === 'done') await inbox.done(taken, 'done', word);
    else await inbox[how](taken, word, systemClock.now() + 3_600_000);
  }
}

/** All of them. */
export const localSinks: readonly Sink[] = [
  {
    name: 'log',
    async utter({ words, redactor, dir }) {
      const file = join(dir, 'log');
      const log = createLog('debug', redactor, file);
      for (const word of words) log.warn({ error: `no ${word}`, [word]: { said: [word] } }, 'it said something');
      return readFileSync(file, 'utf8');
    },
  },
  {
    name: 'report of an internal error',
    async utter({ words, environment, dir }) {
      const told = byTheDozen(words).map((word) => {
        const error = new Error(`no ${word}`, { cause: new Error(`for ${word}`) });
        return JSON.stringify(reportInternalError({ error, argv: ['run', word], environment }));
      });
      return [...told, ...filesOf(dir).map(({ bytes }) => bytes.toString())].join('\n');
    },
  },
  { name: 'error on the screen', utter: (uttering) => toldError(uttering, ['run']) },
  { name: 'error as JSON', utter: (uttering) => toldError(uttering, ['run', '--json']) },
  { name: 'error in the log of the bot', utter: (uttering) => toldError(uttering, ['serve']) },
  {
    name: 'control socket',
    async utter({ words, redactor, dir }) {
      const path = join(dir, 'c.sock');
      const handlers = {
        'run.told': async (args: unknown) => ({ told: String(args), [String(args)]: true }),
        'run.failed': (args: unknown) =>
          Promise.reject(new TroupeError('control/no-run', `no ${String(args)}`, { hint: `Not ${String(args)}.` })),
        'run.broken': (args: unknown) => Promise.reject(new Error(`no ${String(args)}`)),
      };
      const server = await serveControl(path, handlers, redactor.json);
      const call = (verb: string, word: string): Promise<string> =>
        callControl(path, verb, word).then(
          (answer) => JSON.stringify(answer),
          (error: unknown) => `${messageOf(error)} ${error instanceof TroupeError ? error.hint : ''}`,
        );
      try {
        const told: string[] = [];
        for (const word of words) {
          for (const verb of Object.keys(handlers)) told.push(await call(verb, word));
          told.push(await call(word, 'x'));
        }
        return told.join('\n');
      } finally {
        await server.close();
      }
    },
  },
  {
    name: 'store',
    async utter({ words, redactor, dir }) {
      const owner = { what: 'a test' };
      const config = { kind: 'embedded', directory: dir, clock: systemClock, log: silentLogger, owner } as const;
      const store = await openStore({ ...config, redact: redactor.json });
      const spec = specOf();
      const title = words.join(' ');
      const task = { ...spec.task, title, body: title };
      await store.journal.start({ ...spec, task, inputs: { said: [...words] } });
      for (const [at, word] of words.entries()) {
        const by = { login: 'ada', from: 'github', reason: word } as const;
        await store.journal.post(spec.id, { type: 'run.cancel_requested', data: { by } });
        await store.halts.set({
          halted: at % 2 === 0,
          at: systemClock.now(),
          login: 'ada',
          from: 'cli',
          reason: word,
        });
        await noteDelivery(store, { word, at });
      }
      await store.close();
      return filesOf(dir)
        .map(({ bytes }) => bytes.toString('latin1'))
        .join('\n');
    },
  },
  {
    name: 'transcript',
    async utter({ words, redactor }) {
      let kept = '';
      const transcript = writeTranscript({
        clock: systemClock,
        redactor,
        log: silentLogger,
        attempt: 1,
        request: 'r1',
        keep: async (piece) => void (kept += piece),
      });
      for (const word of words) {
        transcript.tell({ kind: 'message', from: 'persona', text: word });
        const tool = { id: '1', tool: 'execute', title: word, paths: [word], input: { [word]: word }, output: word };
        transcript.tell({ kind: 'tool', state: 'done', ...tool });
        transcript.tell({ kind: 'result', status: 'pass', summary: word });
      }
      await transcript.close();
      return kept;
    },
  },
];
