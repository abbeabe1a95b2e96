// Stories of the persona step: real git, real sandbox, real processes, the real engine on a memory journal.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hasBoundary } from '../../test/support/requirements.ts';
import { errorOf, makePersonaWorld, resultOf, withSettings } from '../../test/support/persona-world.ts';
import type { PersonaWorld, PersonaWorldOptions } from '../../test/support/persona-world.ts';
import { playOn, playRun, setUpRun } from '../../test/support/play-run.ts';
import { parallel, persona } from '../../test/support/run-builder.ts';
import { ClaimLost } from '../engine/index.ts';
import { isObject, TroupeError } from '../support/index.ts';
import type { JsonObject, StepPath } from '../support/index.ts';
import { allowedMs } from '../../test/support/patience.ts';

let world: PersonaWorld;
afterEach(() => world.remove());

const fixed = 'module.exports = (a, b) => a + b;\n';
const testFile =
  "const sum = require('../src/sum.js');\nrequire('node:test').test('adds', () => require('node:assert').equal(sum(1, 2), 3));\n";
const files = { 'src/sum.js': 'module.exports = (a, b) => a - b;\n', 'test/sum.test.js': testFile };
const verifyCommand = ['node', '--test'];

async function make(options: PersonaWorldOptions): Promise<PersonaWorld> {
  world = await makePersonaWorld(options);
  return world;
}

test('an engineer’s change is committed by the bot and pushed, with its trailers and the requester', async () => {
  await make({
    files,
    answers: `code: { status: pass, summary: "Adds now. Closes #9 @everyone", outputs: { changes: [sum] }, edits: { src/sum.js: "${fixed.trim()}\\n" } }`,
  });
  const state = await playRun(await world.specOf([persona('code')]), world.executor);
  expect(errorOf(state, 'code')).toBeUndefined();
  const result = resultOf(state, 'code');
  expect(result).toMatchObject({
    verdict: 'pass',
    filesChanged: ['src/sum.js'],
    outputs: { changes: ['sum'] },
    provider: 'scripted',
    usage: { costUsd: '0' },
  });
  expect(state.facts.headSha).toBe(result?.sha);
  expect(world.git.head(state.facts.branch ?? '')).toBe(result?.sha);
  expect(world.file(state, 'src/sum.js')).toBe(fixed.trim());
  const message = world.git.git('log', '-1', '--format=%an%n%B', result?.sha ?? '');
  expect(message.replace(state.id, 'RUN')).toBe(
    'troupe[bot]\ncode for #7\n\nTroupe-Step: code\nTroupe-Run: RUN\nCo-authored-by: Ada <ada@example.test>',
  );
  expect(world.artifacts.get('code.1.prompt.md')).toContain('# Role\n\nYou implement the task');
  expect(world.git.git('rev-parse', `${result?.sha ?? ''}^{tree}`)).toBe(result?.tree);
});

test('the model of a step stands above that of the profile and of the persona', async () => {
  await make({ answers: '"*": { status: pass, summary: Done, noop: fine }' });
  const strict = { profile: 'strict' };
  const spec = await world.specOf([
    persona('own'),
    persona('profile', ['own'], strict),
    persona('step', ['profile'], { ...strict, model: 'of-the-step' }),
  ]);
  const engineer = { ...((spec.personas as JsonObject)['lead-engineer'] as JsonObject) }; // a run keeps its personas by id
  const personas = {
    'lead-engineer': { ...engineer, model: 'of-the-persona', profiles: { strict: { model: 'of-the-profile' } } },
  };
  const state = await playRun({ ...spec, personas }, world.executor);
  expect(['own', 'profile', 'step'].map((id) => resultOf(state, id)?.model)).toEqual([
    'of-the-persona',
    'of-the-profile',
    'of-the-step',
  ]);
});

test('an engineer who changes nothing has failed; with a reason it is a no-op', async () => {
  await make({
    answers: 'code: { status: pass, summary: Done }\nother: { status: pass, summary: x, noop: Fixed in 1a2b }',
  });
  const state = await playRun(await world.specOf([persona('code')]), world.executor);
  expect(state.status).toBe('failed');
  expect(errorOf(state, 'code')).toMatchObject({ code: 'step/no-changes' });
  const other = await playRun(await world.specOf([persona('other')]), world.executor);
  expect(resultOf(other, 'other')).toMatchObject({ verdict: 'pass', noop: 'Fixed in 1a2b', filesChanged: [] });
});

test('a QA persona that lies is found out on the judged commit', async () => {
  await make({
    files,
    answers: 'qa: { status: pass, summary: All green, evidence: [{ command: npm test, exitCode: 0 }] }',
  });
  const spec = withSettings(world.specOf([persona('qa', [], { persona: 'qa-engineer' })]), { verify: [verifyCommand] });
  const state = await playRun(await spec, world.executor);
  expect(resultOf(state, 'qa')).toMatchObject({
    verdict: 'fail',
    verdictReason: 'Troupe ran `node --test`: it exited with 1, although the persona said pass',
    evidence: [
      { by: 'persona', exitCode: 0 },
      { by: 'troupe', command: ['node', '--test'], exitCode: 1, tests: { run: 1, failed: 1 } },
    ],
  });
  expect(state.status).toBe('failed');
});

test('tests that Troupe itself sees pass are a pass; without `verify` nothing is proven', async () => {
  await make({ files: { ...files, 'src/sum.js': fixed }, answers: '"*": { status: pass, summary: Green }' });
  const proven = await playRun(
    await world.specOf([persona('qa', [], { persona: 'qa-engineer', verify: [verifyCommand] })]),
    world.executor,
  );
  expect(resultOf(proven, 'qa')).toMatchObject({
    verdict: 'pass',
    evidence: [{ by: 'troupe', tests: { run: 1, passed: 1 } }],
  });
  const claimed = await playRun(await world.specOf([persona('qa', [], { persona: 'qa-engineer' })]), world.executor);
  expect(resultOf(claimed, 'qa')).toMatchObject({
    verdict: 'unknown',
    verdictReason: expect.stringContaining('Set `verify: [[npm, test]]`'),
  });
});

test('what a persona leaves uncommitted does not help the tests', async () => {
  // ignored files are no changes, so they are in no commit: the fresh worktree does not have them
  await make({
    files: { ...files, '.gitignore': 'helper.js\n', 'test/sum.test.js': "require('../helper.js');\n" },
    script: `echo 'module.exports = 1' > helper.js; node --test >/dev/null && echo '{"status":"pass","summary":"Green here"}'`,
  });
  const state = await playRun(
    await world.specOf([persona('qa', [], { persona: 'qa-engineer', verify: [verifyCommand] })]),
    world.executor,
  );
  expect(resultOf(state, 'qa')).toMatchObject({ verdict: 'fail' });
});

test('the edits of who runs commands and does not edit are thrown away and reported', async () => {
  await make({
    files,
    script: `cat src/sum.js >/dev/null; echo bad > src/sum.js; echo '{"status":"pass","summary":"Fine","outputs":{"risk":"low"}}'`,
  });
  const state = await playRun(
    await world.specOf([persona('review', [], { persona: 'performance-reviewer' })]),
    world.executor,
  );
  expect(resultOf(state, 'review')).toMatchObject({
    verdict: 'pass',
    filesChanged: [],
    warnings: ['Persona "performance-reviewer" may not edit: its changes were thrown away ("src/sum.js")'],
  });
  expect(world.file(state, 'src/sum.js')).toContain('a - b');
});

test.skipIf(!hasBoundary)('a reviewer cannot write in the worktree, and is told so', async () => {
  await make({
    files,
    script: `cat > /dev/null; (echo bad > src/sum.js) 2> /dev/null && exit 1; echo '{"status":"pass","summary":"Fine","outputs":{"risk":"low"}}'`,
  });
  const state = await playRun(
    await world.specOf([persona('review', [], { persona: 'code-reviewer' })]),
    world.executor,
  );
  const result = resultOf(state, 'review');
  expect(result).toMatchObject({ verdict: 'pass', filesChanged: [] });
  expect(result?.warnings).toBeUndefined();
  const prompt = world.artifacts.get('review.1.prompt.md');
  expect(prompt).toContain('You may use these tools: read, search. You have no edit: change no files.');
});

test.each([
  ['.github/workflows/x.yml', 'mkdir -p .github/workflows; echo x > .github/workflows/x.yml', '"../".github'],
  ['a link that leads outside', 'ln -s /etc/passwd stolen', '"stolen"'],
])('an engineer who writes %s has failed, and nothing is pushed', async (_what, command, _path) => {
  await make({ files, script: `${command}; echo ok > fine.txt; echo '{"status":"pass","summary":"Done"}'` });
  const state = await playRun(await world.specOf([persona('code')]), world.executor);
  expect(errorOf(state, 'code')).toMatchObject({
    code: 'git/path-refused',
    class: 'failed',
    message: expect.stringContaining('Cannot commit the work of "code"'),
  });
  expect(state.steps.get('code' as StepPath)?.attempts).toBe(1); // a path of this workflow
  expect(world.file(state, 'fine.txt')).toBeUndefined();
  expect(world.git.git('log', '--format=%s', state.facts.branch ?? '')).not.toContain('code');
});

test('programs that a persona plants in its .git never run, and its leftovers are gone', async () => {
  await make({
    files,
    script: `printf '[core]\\n\\tfsmonitor = touch %s/planted\\n\\thooksPath = hooks\\n' "$PWD" >> .git/config; mkdir -p .git/hooks hooks; printf '#!/bin/sh\\ntouch '"$PWD"'/planted\\n' | tee .git/hooks/pre-commit hooks/pre-commit >/dev/null; chmod +x .git/hooks/* hooks/*; setsid sleep 300 >/dev/null 2>&1 & echo '{"status":"pass","summary":"Done"}'`,
  });
  const state = await playRun(await world.specOf([persona('code')]), world.executor);
  expect(resultOf(state, 'code')).toMatchObject({ verdict: 'pass', filesChanged: ['hooks/pre-commit'] });
  const tree = join(world.git.dir, 'data', 'worktrees');
  expect(readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('planted'))).toEqual(
    [],
  );
});

test('a persona sees the history and what the run changed, and no remote', async () => {
  await make({
    files,
    script: `git log --format=%s -1 > /dev/null && git diff --stat HEAD~1 > /dev/null; printf '{"status":"pass","summary":"%s","outputs":{"risk":"low"}}' "$(git log --format=%s | tail -1) $(git remote | wc -l | tr -d ' ')"`,
  });
  const state = await playRun(
    await world.specOf([persona('review', [], { persona: 'code-reviewer' })]),
    world.executor,
  );
  expect(resultOf(state, 'review')?.summary).toBe('First 0');
});

test('a failed push never asks the persona again', async () => {
  await make({
    files,
    script: `echo asked >> "$TROUPE_RESULT_FILE.log"; echo "change $TROUPE_ATTEMPT" > made.txt; echo '{"status":"pass","summary":"Done"}'`,
  });
  let pushes = 0;
  let asked = 0;
  const shell = world.services.provider('shell');
  const services = {
    ...world.services,
    provider: () =>
      shell && { ...shell, start: (...args: Parameters<typeof shell.start>) => ((asked += 1), shell.start(...args)) },
    workplace: async (...args: Parameters<typeof world.services.workplace>) => {
      const place = await world.services.workplace(...args);
      return {
        ...place,
        repository: {
          ...place.repository,
          push: (push: Parameters<typeof place.repository.push>[0]) => {
            if (push.expected !== null && (pushes += 1) === 1)
              throw new TroupeError('git/network', 'GitHub is away', { class: 'transient' });
            return place.repository.push(push);
          },
        },
      };
    },
  };
  const { createExecutor, createStepKinds } = await import('./index.ts');
  const state = await playRun(await world.specOf([persona('code')]), createExecutor(createStepKinds(), services));
  expect(state.status).toBe('succeeded');
  expect({ asked, pushes, attempts: state.steps.get('code' as StepPath)?.attempts }).toEqual({
    asked: 1,
    pushes: 2,
    attempts: 2,
  }); // a path of this workflow
  expect(world.file(state, 'made.txt')).toBe('change 1');
});

test('killed before any write, the run ends with one commit; after the checkpoint nobody is asked again', async () => {
  await make({ files, answers: 'code: { status: pass, summary: Done, edits: { made.txt: "x\\n" } }' });
  const calm = await setUpRun(await world.specOf([persona('code')]), world.executor);
  await playOn(calm);
  const writes = (await calm.journal.read(calm.spec.id)).length;
  const checkpoint = (await calm.journal.read(calm.spec.id)).findLastIndex((event) => event.type === 'step.checkpoint');
  for (let crashAt = 2; crashAt < writes; crashAt += 2) {
    let dead = false;
    const play = await setUpRun(
      await world.specOf([persona('code')], { task: { ...calm.spec.task, slug: `crash-${crashAt}` } }),
      world.executor,
      {
        beforeWrite(n) {
          dead ||= n === crashAt;
          if (dead) throw new ClaimLost(play.spec.id);
        },
      },
    );
    await playOn(play).catch(() => undefined);
    dead = false;
    const state = await playOn(play);
    expect(`${crashAt} ${state.status}`).toBe(`${crashAt} succeeded`);
    const subjects = world.git.git('log', '--format=%s', `main..${state.facts.branch ?? ''}`).split('\n');
    expect(subjects.filter((subject) => subject === 'code for #7')).toHaveLength(1);
    const events = await play.journal.read(play.spec.id);
    const kept = events.findIndex(
      (event) => event.type === 'step.checkpoint' && JSON.stringify(event.data).includes('answered'),
    );
    expect(events.slice(kept).filter((event) => event.type === 'ticket.sent')).toEqual([]);
  }
  expect(checkpoint).toBeGreaterThan(0);
});

test('steps side by side bring both changes to the branch; what collides fails with its files', async () => {
  // both have begun before either is done
  const late = allowedMs(1_600) / 1_000;
  await make({
    files,
    answers: `a: { status: pass, summary: A, edits: { a.txt: "a\\n" }, delay: ${late} }\nb: { status: pass, summary: B, edits: { b.txt: "b\\n" } }\nnext: { status: pass, summary: N, edits: { n.txt: "n\\n" } }\nc: { status: pass, summary: C, edits: { a.txt: "c\\n" }, delay: ${late} }`,
  });
  const both = await playRun(
    await world.specOf([parallel('both', [persona('a'), persona('b')]), persona('next', ['both'])]),
    world.executor,
  );
  expect(both.status).toBe('succeeded');
  expect([world.file(both, 'a.txt'), world.file(both, 'b.txt'), world.file(both, 'n.txt')]).toEqual(['a', 'b', 'n']);
  const spec = await world.specOf([parallel('both', [persona('a'), persona('c')])]);
  const collided = await playRun({ ...spec, task: { ...spec.task, slug: 'collide' } }, world.executor);
  const errors = [errorOf(collided, 'a'), errorOf(collided, 'c')].filter((error) => error !== undefined);
  expect(errors).toMatchObject([{ code: 'git/conflict', message: expect.stringContaining('"a.txt"') }]);
});

test('setup runs before a persona that executes, and again in the fresh tree of `verify`', async () => {
  await make({
    files: {
      '.gitignore': 'deps\n',
      'lock.json': '1',
      'test/a.test.js': "require('node:test').test('has deps', () => require('node:fs').accessSync('deps/ready'));\n",
    },
    script: `test -f deps/ready && echo '{"status":"pass","summary":"Green"}'`,
  });
  const setup = {
    run: [['sh', '-c', 'mkdir -p deps; date > deps/ready; echo set up']],
    timeoutMs: 20_000,
    cache: ['deps'],
    key: ['lock.json'],
  };
  const spec = withSettings(world.specOf([persona('qa', [], { persona: 'qa-engineer', verify: [verifyCommand] })]), {
    setup,
  });
  const state = await playRun(await spec, world.executor);
  expect(errorOf(state, 'qa')).toBeUndefined();
  expect(resultOf(state, 'qa')).toMatchObject({ verdict: 'pass', evidence: [{ by: 'troupe', exitCode: 0 }] });
  expect(world.artifacts.get('qa.setup.txt')).toContain('set up');
});

test('a setup that fails stops the step with its last words', async () => {
  await make({ files, script: 'true' });
  const setup = {
    run: [['sh', '-c', 'echo no such package >&2; exit 1']],
    timeoutMs: 20_000,
    cache: [],
    key: [],
  };
  const state = await playRun(await withSettings(world.specOf([persona('code')]), { setup }), world.executor);
  expect(errorOf(state, 'code')).toMatchObject({
    code: 'setup/failed',
    message: 'Setup failed: `sh -c echo no such package >&2; exit 1` exited with 1. It said: no such package',
  });
});

test('while the pause label is on nobody is asked; afterwards it goes on', async () => {
  let looks = 0;
  await make({
    files,
    answers: 'code: { status: pass, summary: x, edits: { a.txt: a } }',
    isPaused: () => (looks += 1) <= 2,
  });
  const state = await playRun(await world.specOf([persona('code')]), world.executor);
  expect(looks).toBeGreaterThan(2);
  expect(state.status).toBe('succeeded');
});

test('secrets in an answer reach neither result nor artifacts', async () => {
  await make({
    files,
    secrets: ['very-secret-value'],
    script: `echo x > a.txt; echo '{"status":"pass","summary":"used very-secret-value","outputs":{"note":"very-secret-value"},"findings":[{"path":"a.txt","message":"very-secret-value"}]}'`,
  });
  const play = await setUpRun(await world.specOf([persona('code')]), world.executor);
  const state = await playOn(play);
  expect(resultOf(state, 'code')).toMatchObject({ summary: 'used [redacted]', outputs: { note: '[redacted]' } });
  expect(JSON.stringify([await play.journal.read(play.spec.id), ...world.artifacts])).not.toContain(
    'very-secret-value',
  );
});

test('a step’s own schema and skills hold; what is not there is a mistake of the configuration', async () => {
  await make({
    files: { ...files, '.github/troupe/skills/tdd.md': 'Test first, always.' },
    answers: '"*": { status: pass, summary: x, outputs: { risk: 7 }, edits: { a.txt: a } }',
  });
  const outputSchema = { type: 'object', properties: { risk: { type: 'string' } } };
  const wrong = await playRun(
    await world.specOf([persona('code', [], { outputSchema, skills: ['tdd'] })]),
    world.executor,
  );
  expect(errorOf(wrong, 'code')).toMatchObject({
    class: 'contract',
    message: 'Persona "lead-engineer": The outputs do not match the schema: outputs.risk must be string',
  });
  expect(world.artifacts.get('code.1.prompt.md')).toContain('## tdd\n\nTest first, always.');
  const unknown = await playRun(await world.specOf([persona('code', [], { skills: ['magic'] })]), world.executor);
  expect(errorOf(unknown, 'code')).toMatchObject({ code: 'persona/skill', class: 'config' });
  for (const more of [{ persona: 'nobody' }, { profile: 'strict' }, { provider: 'nobody' }])
    expect(
      errorOf(await playRun(await world.specOf([persona('code', [], more)]), world.executor), 'code'),
    ).toMatchObject({ class: 'config' });
});

test('a persona is told what its request may cost; an answer that cost more counts and is marked', async () => {
  const usage = `{\\"costUsd\\":\\"2.1\\"}`;
  await make({
    script: `echo "{\\"status\\":\\"pass\\",\\"summary\\":\\"At most $TROUPE_MAX_COST_USD\\",\\"usage\\":${usage}}"`,
  });
  const made = await world.specOf([persona('review', [], { persona: 'code-reviewer' })]);
  const own = isObject(made.personas) ? made.personas['code-reviewer'] : undefined;
  const personas = { 'code-reviewer': { ...(isObject(own) ? own : {}), maxCostUsd: 1.5, outputs: {} } };
  const state = await playRun({ ...made, personas }, world.executor);
  expect(errorOf(state, 'review')).toBeUndefined();
  expect(resultOf(state, 'review')).toMatchObject({
    verdict: 'pass',
    summary: 'At most 1.5',
    warnings: ['It cost $2.1; the file of code-reviewer says at most $1.5 for an attempt'],
  });
});

test('a persona that asks for another attempt has not passed: it gets one, and its half work is gone', async () => {
  const again = `echo half > half.txt; echo '{"status":"pass","summary":"Half done","next":{"action":"retry"}}'`;
  const done = `echo whole > whole.txt; echo '{"status":"pass","summary":"Done","next":{"action":"skip"}}'`;
  await make({ script: `if [ "$TROUPE_ATTEMPT" = 1 ]; then ${again}; else ${done}; fi` });
  const retry = { ...persona('code').retry, initialMs: 1, maxMs: 1 };
  const state = await playRun(await world.specOf([persona('code', [], { retry })]), world.executor);
  expect(resultOf(state, 'code')).toMatchObject({
    verdict: 'pass',
    summary: 'Done',
    filesChanged: ['whole.txt'],
    warnings: [expect.stringContaining('would leave out what comes next')],
  });
  const never = { ...retry, limit: 0, transientLimit: 0 };
  const failed = await playRun(await world.specOf([persona('code', [], { retry: never })]), world.executor);
  expect(errorOf(failed, 'code')).toMatchObject({
    code: 'persona/retry',
    message: 'Persona "lead-engineer" asks for another attempt: Half done',
  });
});

test('nothing is left beside the repository’s own folders when a run is over', async () => {
  await make({ files: { ...files, 'src/sum.js': fixed }, answers: '"*": { status: pass, summary: x }' });
  const state = await playRun(
    await world.specOf([persona('qa', [], { persona: 'qa-engineer', verify: [verifyCommand] })]),
    world.executor,
  );
  expect(existsSync(join(world.git.dir, 'data', 'worktrees', state.id, 'verify-qa-1'))).toBe(false);
});

test('a persona that asks waits for people and is asked again with what they said', async () => {
  await make({
    files,
    answers: `code:
  - { status: unknown, summary: "Not clear.", next: { action: ask, questions: ["Add or multiply?"] } }
  - { status: pass, summary: "Adds now.", edits: { src/sum.js: "${fixed.trim()}\\n" } }
`,
  });
  const play = await setUpRun(await world.specOf([persona('code')]), world.executor);
  const asked = await playOn(play);
  expect(asked.status).toBe('waiting');
  expect(asked.steps.get('code' as StepPath)?.waitingFor).toMatchObject({ for: 'answer', message: 'Add or multiply?' });
  const by = { login: 'ada', from: 'comment' } as const;
  await play.journal.post(play.spec.id, {
    type: 'question.answered',
    step: 'code' as StepPath,
    data: { answer: 'Add, please', by },
  });
  const ended = await playOn(play);
  expect(resultOf(ended, 'code')).toMatchObject({ verdict: 'pass', filesChanged: ['src/sum.js'] });
  expect(world.artifacts.get('code.1.prompt.md')).toContain('Add, please');
});

test('what a failed step pushed is taken off the branch again where it asks for that', async () => {
  await make({
    files,
    answers: `code: { status: pass, summary: "Adds now.", edits: { src/sum.js: "${fixed.trim()}\\n" } }`,
  });
  const steps = [persona('code', [], { expect: ['outputs'], rollback: true })];
  const play = await setUpRun(await world.specOf(steps), world.executor);
  const state = await playOn(play);
  expect(errorOf(state, 'code')?.code).toBe('step/no-outputs');
  const events = play.journal.journalOf(play.spec.id);
  const heads = events.flatMap((event) =>
    event.type === 'facts.changed' && event.step === 'code' ? [event.data.headSha] : [],
  );
  expect(heads).toHaveLength(2);
  expect(heads[0]).not.toBe(heads[1]);
  expect(state.facts.headSha).toBe(heads[1]);
  const undone = events.filter((event) => event.type === 'effect.done' && event.data.key.startsWith('rollback:'));
  expect(undone).toMatchObject([{ data: { result: { sha: heads[1] } } }]);
});
