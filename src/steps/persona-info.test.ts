// A persona without tools that asks for files: it is asked again with them, so often as it may, and never for anything outside of the repository.
import { afterEach, expect, test } from 'vitest';
import { errorOf, makePersonaWorld, resultOf } from '../../test/support/persona-world.ts';
import type { PersonaWorld } from '../../test/support/persona-world.ts';
import { playOn, playRun, setUpRun, story } from '../../test/support/play-run.ts';
import { persona, step } from '../../test/support/run-builder.ts';
import type { RunSpec, Step, StepOutcome } from '../engine/index.ts';
import { isObject, randomRunId } from '../support/index.ts';
import type { Json } from '../support/index.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

const wants = (...files: readonly string[]) =>
  `{ status: unknown, summary: Wait, next: { action: info, files: [${files.map((file) => JSON.stringify(file)).join(', ')}] }, usage: { costUsd: "0.10" } }`;
const pass = '{ status: pass, summary: Fine, outputs: { risk: low }, usage: { costUsd: "0.10" } }';

async function runOf(answers: readonly string[], more: object = {}): Promise<RunSpec> {
  world = await makePersonaWorld({ answers: `"*": [${answers.join(', ')}]` });
  const made = await world.specOf([persona('look', [], { persona: 'code-reviewer' })]);
  const { personas } = made;
  const reviewer = isObject(personas) ? personas['code-reviewer'] : undefined;
  if (!isObject(personas) || !isObject(reviewer)) throw new Error('there is no reviewer');
  // copies of what was checked
  const changed = { ...personas, 'code-reviewer': { ...reviewer, tools: [], ...more } } as Json;
  return { ...made, personas: changed };
}

const prompts = (): readonly string[] =>
  [...world.artifacts].filter(([name]) => name.endsWith('.prompt.md')).map(([, text]) => text);

test('two requests and an answer are three calls, each under an id of its own; what they took counts', async () => {
  const play = await setUpRun(
    await runOf([wants('src/', './README.md'), wants('src/sum.js', '../../etc/passwd', '.git/config', 'no.js'), pass]),
    world.executor,
  );
  const state = await playOn(play);
  expect([state.status, resultOf(state, 'look')?.summary, state.usage.costUsd]).toEqual(['succeeded', 'Fine', '0.3']);
  const sent = play.journal
    .journalOf(state.id)
    .flatMap((event) => (event.type === 'ticket.sent' ? [JSON.stringify(event.data)] : []))
    .map((text) => /:look:([^"]*)"/.exec(text)?.[1]);
  expect(sent).toEqual(['1', '1.i1', '1.i2']);
  // the last one stands for all: the same attempt has one name
  const text = prompts().at(-1) ?? '';
  expect(text).toContain('# Files you asked for');
  expect(text).toContain('sum.js');
  expect(text).toContain('module.exports = (a, b) => a - b;');
  expect(text).toContain('# Widgets');
  expect(text.match(/That is no path of the repository/g)).toHaveLength(2);
  expect(text.match(/There is no such file or folder/g)).toHaveLength(1);
  expect(text).not.toContain('root:');
  expect(text).toContain('You may do so once more');
});

test('it hears that it has asked as often as it may, and asks once more: the step fails and names the limit', async () => {
  const state = await playRun(await runOf([wants('a'), wants('b'), wants('c')], { infoRequests: 1 }), world.executor);
  expect(errorOf(state, 'look')).toMatchObject({
    class: 'failed',
    code: 'persona/info-requests',
    message: 'Persona "code-reviewer" asks for files once more, after the one time that it may',
    hint: expect.stringContaining('info_requests'),
  });
  expect(prompts().at(-1)).toContain('which is all that `info_requests` allows. Hand in your verdict now');
  expect(state.usage.costUsd).toBe('0.2');
});

test('who sees files is not told of it, and may not', async () => {
  const state = await playRun(await runOf([wants('a')], { tools: ['read'] }), world.executor);
  expect(errorOf(state, 'look')?.message).toBe(
    'Persona "code-reviewer" asks for files instead of answering, and may not',
  );
  expect(prompts().at(-1)).not.toContain('"action": "info"');
});

test('a process that dies between two requests goes on with the next one, and asks nobody again', async () => {
  const run = await runOf([wants('README.md'), pass]);
  const whole = await setUpRun(run, world.executor);
  await playOn(whole);
  const wanted = story(whole).filter((line) => line.startsWith('ticket.sent')).length;
  for (let dieAt = 5; ; dieAt += 2) {
    let writes = 0;
    let hasDied = false;
    let isDead = false;
    const id = randomRunId();
    const play = await setUpRun({ ...run, id }, world.executor, {
      beforeWrite() {
        writes += 1;
        isDead ||= writes === dieAt;
        hasDied ||= isDead;
        if (isDead) throw new Error('the process died');
      },
    });
    await playOn(play).catch(() => undefined);
    isDead = false;
    const state = await playOn(play);
    expect([dieAt, state.status, resultOf(state, 'look')?.summary]).toEqual([dieAt, 'succeeded', 'Fine']);
    const sent = story(play).filter((line) => line.startsWith('ticket.sent')).length;
    // who was asked and not heard is asked anew
    expect(sent).toBeLessThanOrEqual(wanted + 1);
    if (!hasDied) break;
  }
});

/** A step of a kind that comes with the language. */
function lookUp(id: string, type: string, dependencies: readonly string[] = []): Step {
  // with the keys of any other kind
  return { ...step(id, { type: 'delay', config: {}, dependencies }), type } as Step;
}

test('what `memory` and `retrieval` put out stands in sections of its own', async () => {
  world = await makePersonaWorld({ answers: '"*": { status: pass, summary: Fine, outputs: { risk: low } }' });
  const made = await world.specOf([
    lookUp('thread', 'memory'),
    lookUp('places', 'retrieval', ['thread']),
    persona('look', ['places'], { persona: 'code-reviewer' }),
  ]);
  const given: Readonly<Record<string, StepOutcome>> = {
    memory: {
      kind: 'succeeded',
      result: {
        outputs: {
          summary: 'It was planned.',
          messages: [{ author: 'ada', at: '2026-11-30', text: 'Halves round up.' }],
        },
      },
    },
    retrieval: {
      kind: 'succeeded',
      result: { outputs: { passages: [{ path: 'src/sum.js', line: 1, text: 'module.exports' }] } },
    },
  };
  const { executor } = world;
  const state = await playRun(made, {
    ...executor,
    execute: async (context) => given[context.step.type] ?? executor.execute(context),
  });
  expect(state.status).toBe('succeeded');
  const text = prompts().at(-1) ?? '';
  expect(text.match(/^#{1,3} (?:Memory|thread|ada.*|Places.*|places|src.*)$/gm)).toEqual([
    '# Memory',
    '## thread',
    '### ada, 2026-11-30',
    '# Places in the repository',
    '## places',
    '### src/sum.js:1',
  ]);
  expect(text).toContain('It was planned.');
  expect(text).toContain('Halves round up.');
  expect(text).not.toContain('"passages"');
});
