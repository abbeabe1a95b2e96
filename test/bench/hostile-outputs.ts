// The longest time that the event loop is held while outputs of strangers are handled: read, redacted, stored, shown on GitHub.
import { readResult } from '../../src/personas/result/parse-result.ts';
import type { PersonaResult, SandboxResult } from '../../src/personas/index.ts';
import { settled } from '../../src/steps/persona-answer.ts';
import { evidenceOf } from '../../src/steps/verify.ts';
import { encodeEvent } from '../../src/store/sqlite/event-codec.ts';
import type { Evidence, StepResult } from '../../src/engine/index.ts';
import { createRedactor } from '../../src/support/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { renderView, showRun } from '../../src/view/index.ts';
import { headA, ran, runOf, startedAt } from '../../src/view/testing.ts';
import { ms } from './figure.ts';
import type { Figure } from './figure.ts';
import { hostileTexts } from './hostile-texts.ts';
import type { Hostile } from './hostile-texts.ts';
import { createTurnMeter } from './turn-meter.ts';

const barMs = 200;
const shownWorst = 5;
const secrets = ['hunter2-of-the-bench', ...Array.from({ length: 50 }, (_, n) => `Zq7Rk2Vw9Xj4Ty6Ub8Nc-${n}`)];
const redactor = createRedactor(secrets);
const task = 'Say what is wrong with the sum.';
const command = ['npm', 'test'];

type StageName = 'print' | 'answer' | 'settle' | 'store' | 'verify' | 'show';

interface Piece {
  readonly stage: StageName;
  readonly of: string;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Handles a hundred outputs of 1 MB one after the other. */
export async function hostileOutputs(): Promise<readonly Figure[]> {
  const pieces: Piece[] = [];
  const warm = { name: 'warm', text: 'Fine.\n'.repeat(1_000) };
  for (let time = 0; time < 5; time += 1) await handle(warm, []);
  let count = 0;
  for (const hostile of hostileTexts()) {
    count += 1;
    await handle(hostile, pieces);
  }
  const slowest = pieces.toSorted((a, b) => b.cpuMs - a.cpuMs);
  const worst = slowest[0]?.cpuMs ?? Number.NaN;
  const wall = Math.max(...pieces.map(({ wallMs }) => wallMs));
  return [
    {
      what: `worst event-loop stall while ${count} hostile outputs of 1 MB are handled`,
      measured: ms(worst),
      reference: `${ms(wall)} by the clock`,
      bar: `≤ ${barMs} ms`,
      isMet: worst <= barMs,
      notes: [
        'The longest turns of the event loop, in processor time of its thread:',
        ...slowest.slice(0, shownWorst).map(({ stage, of, cpuMs }) => `  ${ms(cpuMs)} ${stage}: ${of}`),
      ],
    },
  ];
}

/** What the product does with an output, with a turn of the loop where it waits for a file, the database or GitHub. */
async function handle({ name, text }: Hostile, pieces: Piece[]): Promise<void> {
  const meter = createTurnMeter();
  async function stage<Made>(of: StageName, work: () => Made | Promise<Made>): Promise<Made> {
    await meter.take();
    const made = await work();
    pieces.push({ stage: of, of: name, ...(await meter.take()) });
    return made;
  }
  // what the command printed without any answer in it
  await stage('print', () => readResult({ output: text, prompt: task }));
  // an answer that says all of it
  const written = JSON.stringify({ status: 'pass', summary: text, outputs: {} });
  const read = await stage('answer', () => readResult({ output: written, prompt: task }));
  const said: PersonaResult = read.status === 'error' ? { ...read, status: 'pass', summary: text } : read;
  const { answer } = await stage('settle', () => settle(said));
  const ended: SandboxResult = {
    exitCode: 1,
    signal: null,
    stdout: text,
    stderr: '',
    timedOut: false,
    cancelled: false,
    durationMs: 1,
  };
  const evidence = await stage('verify', () => evidenceOf(command, ended, redactor));
  const result = resultOf(answer, evidence);
  await stage('store', () =>
    encodeEvent({ type: 'step.succeeded', step: 'plan' as StepPath, attempt: 1, data: { result } }, redactor.json),
  );
  const view = await stage('show', () => {
    const state = runOf('succeeded', { plan: ran(0, 5, { result }) });
    return renderView({ run: showRun({ state, redactor }), shown: [], now: startedAt, redactor });
  });
  await meter.stop();
  if (view.surfaces.length < 3) throw new Error('Nothing was shown');
  if (JSON.stringify(view).includes('hunter2')) throw new Error(`A secret is shown: ${name}`);
}

async function settle(said: PersonaResult) {
  const services = { redactor } as unknown as Parameters<typeof settled>[0]['services']; // all that it reads
  const choice = { outputSchemas: [] } as unknown as Parameters<typeof settled>[0]['choice']; // all that it reads
  const ticket = { requestId: 'q1' } as Parameters<typeof settled>[1]; // all that it reads
  return settled({ services, choice }, ticket, said);
}

function resultOf({ summary, usage }: PersonaResult, evidence: Evidence): StepResult {
  return { outputs: {}, summary, verdict: 'pass', evidence: [evidence], filesChanged: [], sha: headA, usage };
}
