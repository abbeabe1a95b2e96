// The machine of a bot that runs, a process of its own, harmed around the writes of a story in every way: a sample by a printed seed, or many points.
import { afterAll, describe, expect, test } from 'vitest';
import { allPoints, crashSeed, drawnFrom, someDeaths } from '../support/crash-sample.ts';
import { bundledBot } from '../support/crash-process.ts';
import { liveHarms } from '../support/machine/live-harms.ts';
import type { LiveHarmName } from '../support/machine/live-harms.ts';
import { tellLive } from '../support/machine/live-story.ts';
import type { LiveStory } from '../support/machine/live-story.ts';

// the keys of a constant are its type's keys
const harms = Object.keys(liveHarms) as LiveHarmName[];
/** Each play is a bot that lives through an outage: by default three harms are played while somebody commits, and one anywhere. */
const atCommit = allPoints ? harms : drawnFrom(harms, 3);
const anywhere = allPoints ? harms : drawnFrom(harms, 1, `${crashSeed} anywhere`);
/** Points of each harm. */
const tries = allPoints ? 12 : 1;
console.log(
  `machine: TROUPE_SEED=${crashSeed}: ${atCommit.join(', ')} while somebody commits; ${tries} points of ${anywhere.join(', ')}`,
);

const held: string[] = [];
afterAll(() => console.log(held.join('\n')));

let whole: Promise<LiveStory> | undefined;
async function undisturbed(): Promise<LiveStory> {
  const told = await (whole ??= tellLive(await bundledBot()));
  expect(told).toMatchObject({ ending: { wrong: [] }, stuck: [], toldLast: 200, exitCode: 0 });
  return told;
}

/** What this machine cannot do is left out, and was said above. */
function possible(names: readonly LiveHarmName[]): readonly LiveHarmName[] {
  return names.filter((name) => liveHarms[name].isPossible);
}

describe('while somebody commits', () => {
  test.each(possible(atCommit))('%s: it waits, /readyz says why, and goes on by itself', async (name) => {
    const harm = liveHarms[name];
    const wanted = await undisturbed();
    const told = await tellLive(await bundledBot(), harm, 'before git.commit');
    expect(told).toMatchObject({
      harmed: true,
      told: { status: 503 },
      toldLast: 200,
      stuck: [],
      failed: [],
      exitCode: 0,
    });
    expect(told.ending).toEqual(wanted.ending);
  });
});

describe('anywhere', () => {
  test.each(possible(anywhere))('%s: nothing is lost, nothing is there twice', async (name) => {
    const harm = liveHarms[name];
    const wanted = await undisturbed();
    const points = someDeaths(tries, `${crashSeed} ${name}`)(wanted.points.length).map(([at = 1]) => at);
    const wrong: string[] = [];
    let noticed = 0;
    for (const at of points) {
      const told = await tellLive(await bundledBot(), harm, at);
      if (told.told?.status === 503) noticed += 1;
      const { toldLast, stuck, failed, exitCode, ending } = told;
      const isRight = toldLast === 200 && stuck.length === 0 && exitCode === 0;
      if (!isRight || JSON.stringify(ending) !== JSON.stringify(wanted.ending))
        wrong.push(`${at} ${told.points[at - 1]}: ${JSON.stringify({ toldLast, stuck, failed, exitCode, ending })}`);
    }
    held.push(`${name}: ${points.length - wrong.length} of ${points.length} ended as wanted, ${noticed} were noticed`);
    expect(wrong).toEqual([]);
  });
});
