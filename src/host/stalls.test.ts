import { expect, test } from 'vitest';
import { playOn, setUpRun, stateOf } from '../../test/support/play-run.ts';
import { eventually } from '../../test/support/patience.ts';
import { done, persona, spec, workflow } from '../../test/support/run-builder.ts';
import { silentLogger } from '../support/index.ts';
import { hostMessages } from './messages.ts';
import { watchStalls } from './stalls.ts';

/** Holds this thread's processor for so long. */
function work(ms: number): void {
  const before = process.threadCpuUsage();
  for (let spent = 0; spent < ms * 1_000;) {
    const { user, system } = process.threadCpuUsage(before);
    spent = user + system;
  }
}

test('work that holds the process is counted, and logged with the run and the step that were at work', async () => {
  const told: { readonly fields: object; readonly message: string }[] = [];
  const watch = watchStalls({
    ...silentLogger,
    warn: (fields: object, message: string) => void told.push({ fields, message }),
  });
  try {
    const play = await setUpRun(spec(workflow([persona('look')])), {
      execute: async () => {
        await watch.observer.changed(stateOf(play), []);
        work(400);
        // the timer has its turn before the step is over; a busy machine may have stood still before
        await eventually(() =>
          expect(told).toContainEqual({
            message: hostMessages.stoodStill,
            fields: expect.objectContaining({ atWork: [{ run: play.spec.id, steps: ['look'] }] }),
          }),
        );
        return done();
      },
    });
    await playOn(play);
    expect(watch.figures().longestMs).toBeGreaterThan(200);
    expect(watch.figures().totalMs).toBeGreaterThanOrEqual(watch.figures().longestMs);
  } finally {
    watch.stop();
  }
});

test('a run that is over is at work no more', async () => {
  const told: object[] = [];
  const watch = watchStalls({ ...silentLogger, warn: (fields: object) => void told.push(fields) });
  try {
    const play = await setUpRun(spec(workflow([persona('look')])), { execute: async () => done() });
    await playOn(play);
    watch.observer.changed(stateOf(play), []);
    work(400);
    await eventually(() => expect(told).not.toEqual([]));
    expect(told[0]).toMatchObject({ atWork: [] });
  } finally {
    watch.stop();
  }
});
