// A backup of the bot at work, the machine lost later, another one started with the backup: runs go on to the same ending, and nothing is there twice.
import { beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../src/engine/index.ts';
import type { GitStore } from '../../src/git/index.ts';
import { isObject } from '../../src/support/index.ts';
import { endingOf } from '../support/crash-ending.ts';
import type { Ending } from '../support/crash-ending.ts';
import { backUp, loseAndRestore } from '../support/restored.ts';
import { startStory } from '../support/story.ts';
import { storyPerTest } from '../support/story-per-test.ts';
import type { Story } from '../support/story.ts';

const stage = storyPerTest();

let undisturbed: Ending;
beforeAll(async () => {
  const told = await startStory();
  try {
    await told.label();
    await told.ended();
    undisturbed = await endingOf(told, told.bot(), told.dataDir);
  } finally {
    await told.close();
  }
});

const finished =
  (step: string) =>
  (event: RunEvent): boolean =>
    event.type === 'step.succeeded' && event.step === step;
const answered =
  (step: string) =>
  (event: RunEvent): boolean =>
    event.type === 'step.checkpoint' &&
    event.step === step &&
    isObject(event.data.data) &&
    event.data.data['phase'] === 'answered';
const plansPush =
  (step: string) =>
  (event: RunEvent): boolean =>
    event.type === 'effect.planned' && event.step === step && event.data.key.startsWith('push:');
const movesHead = (event: RunEvent): boolean => event.type === 'facts.changed' && event.step === 'finish';

const moments: readonly (readonly [string, ReturnType<typeof finished>, 'at once' | ReturnType<typeof finished>])[] = [
  ['planned, and lost when all was done', finished('plan'), (event) => event.type === 'run.finished'],
  ['before the first push of a persona, and lost after it', finished('evaluate-plan'), finished('implement')],
  ['before the head is written anew for its last push, and lost after that', plansPush('finish'), movesHead],
  ['answered and not pushed, and lost before the push', answered('implement'), 'at once'],
];

test.each(moments)('%s', async (_what, backedUpAt, lostAt) => {
  const backedUp = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<void>();
  let isTaken = false;
  const told: Story = await stage({
    later: true,
    bot: {
      observers: [
        {
          name: 'the moments',
          changed(_state, events) {
            for (const event of events) {
              if (!isTaken && backedUpAt(event)) {
                isTaken = true;
                backUp(told).then(() => backedUp.resolve(), backedUp.reject);
              }
              if (isTaken && lostAt !== 'at once' && lostAt(event)) lost.resolve();
            }
          },
        },
      ],
      wrap: {
        git: (git) =>
          lostAt === 'at once' ? heldBack(git, () => isTaken) : held(git, () => isTaken && backedUp.promise),
      },
    },
  });
  await told.startBot();
  await told.label();
  await backedUp.promise;
  if (lostAt !== 'at once') await lost.promise;
  await loseAndRestore(told);
  await told.ended();
  expect(await endingOf(told, told.bot(), told.dataDir)).toEqual(undisturbed);
});

/** Git whose pushes wait. */
function held(git: GitStore, until: () => false | Promise<void>): GitStore {
  return {
    ...git,
    async open(...remote) {
      const repository = await git.open(...remote);
      async function push(wanted: Parameters<typeof repository.push>[0]): ReturnType<typeof repository.push> {
        await until();
        return repository.push(wanted);
      }
      return { ...repository, push };
    },
  };
}

/** Git whose pushes do not get through from a moment on, for as long as its process lives. */
function heldBack(git: GitStore, isHeld: () => boolean): GitStore {
  return {
    ...git,
    async open(...remote) {
      const repository = await git.open(...remote);
      return { ...repository, push: (push) => (isHeld() ? never(push.signal) : repository.push(push)) };
    },
  };
}

function never(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
