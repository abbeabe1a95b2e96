// The sinks of a job: its log, annotations, outputs and summary, as the runner reads them.
import { vi } from 'vitest';
import { runnerConsole } from '../../src/action/console.ts';
import type { ActionConsole } from '../../src/action/console.ts';
import { tell } from '../../src/action/run-step.ts';
import { TroupeError } from '../../src/support/index.ts';
import { written } from './sink.ts';
import type { Sink } from './sink.ts';

function ofConsole(name: string, say: (console: ActionConsole, word: string) => unknown): Sink {
  return {
    name: `Action: ${name}`,
    utter: ({ words, redactor }) => {
      vi.stubEnv('RUNNER_DEBUG', '1');
      return written(name === 'output' ? 'GITHUB_OUTPUT' : 'GITHUB_STEP_SUMMARY', async () => {
        const console = runnerConsole(redactor.text);
        for (const word of words) await say(console, word);
      });
    },
  };
}

/** All of them. */
export const actionSinks: readonly Sink[] = [
  ofConsole('log', (console, word) => console.info(`it said ${word}.`)),
  ofConsole('debug log', (console, word) => console.debug(`it said ${word}.`)),
  ofConsole('group', (console, word) => console.group(`as ${word}`, [`it said ${word}.`])),
  ofConsole('annotation', (console, word) => console.annotate('error', `it said ${word}.`)),
  ofConsole('notice', (console, word) => console.annotate('notice', word, { title: 'QA' })),
  ofConsole('place of an annotation', (console, word) =>
    console.annotate('warning', 'Look here', { title: `as ${word}`, file: `src/${word}.js` }),
  ),
  ofConsole('error that ended the job', (console, word) => {
    tell(new Error(`it broke at ${word}`), console);
    tell(
      new TroupeError('action/inputs', `not ${word}`, { class: 'config', hint: `Say something else than ${word}.` }),
      console,
    );
  }),
  ofConsole('output', (console, word) => console.output('outputs', JSON.stringify({ said: word, [word]: 1 }))),
  ofConsole('summary', (console, word) => console.summary(`### It said\n\n${word}\n`)),
];
