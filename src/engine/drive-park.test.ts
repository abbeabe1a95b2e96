// What comes from outside while a run is about to wait: none of it is slept through.
import { expect, test } from 'vitest';
import { done, git, persona, scripted, spec, workflow } from '../../test/support/run-builder.ts';
import { setUpRun, stateOf, statuses } from '../../test/support/play-run.ts';
import { driveRun } from './index.ts';

const ada = { login: 'ada', from: 'comment' } as const;

test('a resume that comes while the run is being parked is not lost', async () => {
  const flow = workflow([persona('code', []), persona('qa', ['code'])]);
  const play = await setUpRun(
    spec(flow),
    scripted({
      async code() {
        await play.journal.post(play.spec.id, { type: 'run.paused', data: { by: ada } });
        return done();
      },
    }),
  );
  const claim = await play.journal.claim(play.spec.id);
  const hasty = {
    ...claim,
    async append(events: Parameters<typeof claim.append>[0]) {
      const written = await claim.append(events);
      if (events.some(({ type }) => type === 'run.parked'))
        await play.journal.post(play.spec.id, { type: 'run.resumed', data: { by: ada } });
      return written;
    },
  };
  await driveRun(hasty, play.deps);
  expect(stateOf(play).status).toBe('succeeded');
  expect(statuses(stateOf(play))).toEqual({ code: 'succeeded', qa: 'succeeded' });
});

test('an answer that comes while it is written that the step waits is not slept through', async () => {
  const play = await setUpRun(
    spec(workflow([git('ask')])),
    scripted({
      ask(context) {
        const arrivals = context.state.steps.get(context.path)?.arrivals ?? [];
        return arrivals.length > 0 ? done() : { kind: 'waiting', for: 'answer', until: null };
      },
    }),
  );
  const claim = await play.journal.claim(play.spec.id);
  const hasty = {
    ...claim,
    async append(events: Parameters<typeof claim.append>[0], at?: number) {
      const written = await claim.append(events, at);
      const waits = events.find(({ type }) => type === 'step.waiting');
      if (waits?.step !== undefined)
        await play.journal.post(play.spec.id, {
          type: 'question.answered',
          step: waits.step,
          data: { answer: 'Yes', by: ada },
        });
      return written;
    },
  };
  await driveRun(hasty, play.deps);
  expect(stateOf(play).status).toBe('succeeded');
});
