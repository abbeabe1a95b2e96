import { afterEach, expect, test } from 'vitest';
import { inspectWorkingCopy } from '../git/index.ts';
import { createRedactor, randomRunId, silentLogger, systemClock } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { makeWorkingCopy } from '../../test/support/cli.ts';
import type { WorkingCopy } from '../../test/support/cli.ts';
import { defaultServerFile, deskCatalogue, hostProviders, openDesk } from './index.ts';
import type { Desk, Observer } from './index.ts';

const workflow = `name: look
branch: false
steps:
  - { id: look, type: persona-request, persona: implementation-planner }
`;

let here: WorkingCopy | undefined;
afterEach(() => here?.remove());

/** A run at a desk that these observers are told of. */
async function watched(observers: readonly Observer[]): Promise<{ workingCopy: Desk; id: RunId; warnings: string[] }> {
  here = makeWorkingCopy({ '.github/troupe/workflows/look.yml': workflow });
  const redactor = createRedactor();
  const serverFile = defaultServerFile();
  const providers = hostProviders({ serverFile, baseDir: here.path, secrets: {}, answers: here.answers('a.yml') });
  const copy = await inspectWorkingCopy(here.path, redactor);
  const catalogue = await deskCatalogue({ path: copy.root, serverFile, providers });
  const warnings: string[] = [];
  const workingCopy = await openDesk({
    ...copy,
    path: copy.root,
    dataDir: `${here.path}/.troupe`,
    serverFile,
    providers,
    machine: { PATH: process.env['PATH'] ?? '' },
    hidden: [],
    clock: systemClock,
    log: { ...silentLogger, warn: (_fields, message) => void warnings.push(message) },
    redactor,
    observers,
  });
  const id = randomRunId();
  const task = { kind: 'cli', title: 'Look', body: '', labels: [], slug: 'look', fields: {} } as const;
  await workingCopy.start({ id, workflowId: 'look', task, inputs: {}, requester: 'ada' }, catalogue);
  return { workingCopy, id, warnings };
}

test('whoever watches a run and fails at it does not break the run', async () => {
  const screen: Observer = {
    name: 'screen',
    changed() {
      throw new Error('the screen is gone');
    },
  };
  const { workingCopy, id, warnings } = await watched([screen]);
  const seen: string[] = [];
  for await (const event of workingCopy.store.journal.events(id)) seen.push(event.type);
  expect((await workingCopy.store.journal.summary(id))?.status).toBe('succeeded');
  expect(seen.at(-1)).toBe('run.finished');
  expect(warnings).toContain('showing a run failed; it goes on');
  await workingCopy.close(1_000);
});

test('observers are told of what is durable, in order, whatever becomes of the others; nobody waits for them', async () => {
  const told: number[] = [];
  const lasting: Promise<unknown>[] = [];
  let store: Desk['store'] | undefined;
  const observers: readonly Observer[] = [
    { name: 'never ends', changed: () => new Promise(() => undefined) },
    { name: 'fails later', changed: () => Promise.reject(new Error('no network')) },
    {
      name: 'reads',
      changed(state, events) {
        told.push(...events.map(({ seq }) => seq));
        const kept = store?.journal.read(state.id);
        lasting.push(expect(kept).resolves.toEqual(expect.arrayContaining([...events])));
      },
    },
  ];
  const opened = await watched(observers);
  store = opened.workingCopy.store;
  const { workingCopy, id, warnings } = opened;
  for await (const event of workingCopy.store.journal.events(id)) if (event.type === 'run.finished') break;
  await workingCopy.close(1_000);
  await Promise.all(lasting);
  expect(told.length).toBeGreaterThan(5);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(new Set(told).size).toBe(told.length);
  expect(warnings).toContain('showing a run failed; it goes on');
});
