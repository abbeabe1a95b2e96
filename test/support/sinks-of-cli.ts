// The sinks of commands that look at runs, on the screen, as JSON and as files: a run whose every step says the words is driven once, then each command is asked about it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTranscripts } from '../../src/action/transcripts.ts';
import { writeKept } from '../../src/action/kept-run.ts';
import { unpackJournal } from '../../src/action/small-journal.ts';
import type { Io } from '../../src/cli/common/io.ts';
import { createProgram } from '../../src/cli/program.ts';
import { driveRun, foldRun } from '../../src/engine/index.ts';
import type { RunEvent, RunSpec, RunState, StepContext, StepResult } from '../../src/engine/index.ts';
import { createStepServices } from '../../src/host/step-services.ts';
import { writeTranscript } from '../../src/personas/transcript/transcript-writer.ts';
import { createExecutor } from '../../src/steps/index.ts';
import type { StepServices } from '../../src/steps/index.ts';
import { openStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';
import { defined, silentLogger, systemClock, transcriptName } from '../../src/support/index.ts';
import type { Redactor, RunId } from '../../src/support/index.ts';
import { filesOf } from './leaks.ts';
import { done, failed, persona, scripted, spec, workflow } from './run-builder.ts';
import { repositoryOf } from '../suites/journal-fixtures.ts';
import type { Sink, Uttering } from './sink.ts';

/** A data directory in which everything that can be said was said. */
interface Played {
  readonly dataDir: string;
  readonly run: RunId;
  readonly events: readonly RunEvent[];
  readonly state: RunState;
}

const plays = new Map<'kept' | 'planted', Promise<Played>>();
const root = mkdtempSync(join(tmpdir(), 'troupe-played-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

/** Of one kind, once: with secrets that are known, or with a leak. */
function played(uttering: Uttering): Promise<Played> {
  const kind = Object.keys(uttering.environment).length === 0 ? 'planted' : 'kept';
  const play = plays.get(kind) ?? playAll(uttering, join(root, kind));
  plays.set(kind, play);
  return play;
}

async function playAll({ words, redactor }: Uttering, dataDir: string): Promise<Played> {
  const owner = { what: 'a test' };
  const how = { directory: dataDir, clock: systemClock, log: silentLogger, owner } as const;
  const store = await openStore({ kind: 'embedded', ...how, redact: redactor.json });
  const said = words.join(' ');
  const task = {
    kind: 'issue',
    number: 7,
    title: said,
    body: said,
    labels: [said],
    slug: 'said',
    fields: { said },
  } as const;
  const flow = workflow([persona('plan'), persona('build', ['plan'])]);
  const first: RunSpec = spec(flow, { task, inputs: { said: [...words] }, repository: repositoryOf(1) });
  await store.journal.start(first);
  const services = servicesOn(store, redactor);
  const { clean } = createExecutor([], services);
  const executor = scripted({
    async plan(context) {
      await keepFiles(context, services, words);
      context.progress(said);
      return done(resultSaying(words));
    },
    build: () => failed(`it broke at ${said}`, { hint: `Not ${said}.` }),
  });
  const serving = await store.journal.serve(
    (claim) =>
      driveRun(claim, {
        clock: systemClock,
        random: Math.random,
        log: silentLogger,
        executor: { ...executor, ...defined({ clean }) },
        onEvents: () => undefined,
      }),
    { concurrency: 1 },
  );
  for await (const event of store.journal.events(first.id)) void event;
  await serving.stop(0);
  await store.journal.start(spec(flow, { task, repository: repositoryOf(1) }));
  await store.halts.set({ halted: true, at: systemClock.now(), login: 'ada', from: 'cli', reason: said });
  const events = await store.journal.read(first.id);
  await store.close();
  return { dataDir, run: first.id, events, state: foldRun(events) };
}

function resultSaying(words: readonly string[]): Partial<StepResult> {
  const said = words.join(' ');
  return {
    outputs: { said: [...words], [said]: said },
    summary: said,
    verdict: 'fail',
    verdictReason: said,
    evidence: [{ by: 'troupe', command: ['echo', said], exitCode: 1, output: said }],
    findings: [{ path: 'a.js', startLine: 1, level: 'failure', message: said, title: said }],
    filesChanged: [said],
    provider: said,
    model: said,
    agent: said,
    usage: { source: 'provider', complete: true, inputTokens: 1, outputTokens: 1, model: said },
  };
}

function servicesOn(store: Store, redactor: Redactor): StepServices {
  // all that keeping takes
  const ports = { ...store, redactor, clock: systemClock, log: silentLogger, providers: { names: [] } };
  return createStepServices(ports as unknown as Parameters<typeof createStepServices>[0]);
}

/** An artifact and a transcript, through what steps keep theirs with. */
async function keepFiles(
  context: StepContext,
  { keepArtifact, redactor }: StepServices,
  words: readonly string[],
): Promise<void> {
  await keepArtifact(context, { name: 'said.txt', mediaType: 'text/plain', content: words.join('\n') });
  let number = 0;
  const transcript = writeTranscript({
    clock: systemClock,
    redactor,
    log: silentLogger,
    attempt: context.attempt,
    request: context.requestId,
    async keep(content) {
      number += 1;
      const name = transcriptName(context.path, { attempt: context.attempt, number });
      await keepArtifact(context, { name, mediaType: 'application/jsonl', content });
    },
  });
  for (const text of words) transcript.tell({ kind: 'message', from: 'persona', text });
  await transcript.close();
}

/** What a command says, and the files that it writes. */
async function asked(argv: readonly string[], dir: string): Promise<string> {
  const said: string[] = [];
  const hear = (line: string): void => void said.push(line);
  const io: Io = {
    environment: {},
    cwd: dir,
    screen: undefined,
    terminal: () => undefined,
    out: hear,
    note: hear,
    stdin: async () => '',
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  };
  await (await createProgram(io, argv)).parseAsync([...argv], { from: 'user' });
  const files = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'));
  return [...said, ...files].join('\n');
}

/** By what is asked; RUN stands for the run. */
const commands: readonly string[] = [
  'show RUN',
  'show RUN --json',
  'status RUN',
  'runs --json',
  'queue',
  'queue --json',
  'logs RUN',
  'logs RUN --json',
  'report RUN',
  'report RUN --json',
  'inspect RUN --step plan',
  'cost --by model',
  'cost --by model --json',
  'artifacts RUN --print said.txt',
  'artifacts RUN --print said.txt --to said.txt',
  'transcript RUN plan --full',
  'transcript RUN plan --json',
  'transcript RUN plan --html page.html',
];

/** All of them, and what the Action leaves of a run. */
export const recordSinks: readonly Sink[] = [
  ...commands.map((command): Sink => ({
    name: `troupe ${command}`,
    async utter(uttering) {
      const { dataDir, run } = await played(uttering);
      const argv = command.split(' ').map((word) => (word === 'RUN' ? run : word));
      return asked([...argv, '--data-dir', dataDir], uttering.dir);
    },
  })),
  {
    name: 'Action: files with transcripts',
    async utter(uttering) {
      const { dataDir, state } = await played(uttering);
      const reader = await openStore({ kind: 'embedded', directory: dataDir, access: 'read' });
      const kept = { blobs: reader.blobs, dataDir: join(uttering.dir, 'data'), log: silentLogger };
      await createTranscripts({ ...kept, onFirst: () => undefined }).write(state);
      await reader.close();
      return filesOf(uttering.dir)
        .map(({ bytes }) => bytes.toString())
        .join('\n');
    },
  },
  {
    name: 'Action: state on a hidden ref',
    async utter(uttering) {
      const { state, events } = await played({ ...uttering, environment: {} });
      const job = { runId: 1, name: 'ci', step: 'troupe', attempt: 1 };
      const kept = { savedAt: 1, job, by: 'x', driven: false, since: 1, leaseMs: 1, surfaces: [] };
      const text = writeKept(state, events, { kept, redact: uttering.redactor.text });
      return JSON.stringify(unpackJournal(String(JSON.parse(text).packed)));
    },
  },
];
