import { afterEach, expect, test } from 'vitest';
import { inspectWorkingCopy } from '../git/index.ts';
import { createRedactor, randomRunId, silentLogger, systemClock } from '../support/index.ts';
import { makeDesk } from '../../test/support/cli.ts';
import type { Desk as WorkingCopy } from '../../test/support/cli.ts';
import { defaultServerFile, deskCatalogue, hostProviders, openDesk } from './index.ts';

const workflow = `name: look
branch: false
steps:
  - { id: look, type: persona-request, persona: implementation-planner }
`;

let here: WorkingCopy | undefined;
afterEach(() => here?.remove());

test('whoever watches a run and fails at it does not break the run', async () => {
  here = makeDesk({ '.github/troupe/workflows/look.yml': workflow });
  const redactor = createRedactor();
  const serverFile = defaultServerFile();
  const providers = hostProviders({ serverFile, baseDir: here.path, secrets: {}, answers: here.answers('a.yml') });
  const copy = await inspectWorkingCopy(here.path, redactor);
  const catalogue = await deskCatalogue({ path: copy.root, serverFile, providers });
  const warnings: string[] = [];
  const desk = await openDesk({
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
    onEvents() {
      throw new Error('the screen is gone');
    },
  });
  const id = randomRunId();
  const task = { kind: 'cli', title: 'Look', body: '', labels: [], slug: 'look', fields: {} } as const;
  await desk.start({ id, workflowId: 'look', task, inputs: {}, requester: 'ada' }, catalogue);
  const seen: string[] = [];
  for await (const event of desk.store.journal.events(id)) seen.push(event.type);
  expect((await desk.store.journal.summary(id))?.status).toBe('succeeded');
  expect(seen.at(-1)).toBe('run.finished');
  expect(warnings).toContain('showing a run failed; it goes on');
  await desk.close(1_000);
});
