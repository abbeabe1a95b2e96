// A story whose data directory is a small disk, harmed at one point of it and well again a moment later; and how it ends.
import type { Story } from './story.ts';
import { startStory } from './story.ts';
import { crashPoints } from './crash-points.ts';
import { endingOf, neutralAnswers, over, quickFiles } from './write-faults.ts';
import type { WriteEnding } from './write-faults.ts';
import { patienceMs } from './patience.ts';
import { mountSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';

/** What is done to the disk, and how it is undone. */
export interface Harm {
  begin(disk: SmallDisk): void;
  end(disk: SmallDisk): void;
}

/** Where runs write besides the database, which stays open. */
const parts = ['git', 'blobs'] as const;

/** Every harm. */
export const harms = {
  'no room': { begin: (disk) => disk.fill(), end: (disk) => disk.free() },
  'no more files': { begin: (disk) => disk.fillNames(), end: (disk) => disk.free() },
  'read-only': { begin: (disk) => disk.readOnly(parts, true), end: (disk) => disk.readOnly(parts, false) },
} as const satisfies Record<string, Harm>;

/** How it went. */
export interface DiskStory {
  readonly ending: WriteEnding;
  /** The point was reached. */
  readonly harmed: boolean;
  /** The points in their order. */
  readonly points: readonly string[];
  /** What /readyz answered while the disk was harmed: 503 as soon as anything failed. */
  readonly told: readonly number[];
  /** And when all was over. */
  readonly toldLast: number;
  /** Deliveries that nobody would take again. */
  readonly stuck: number;
}

/** How long the disk stays as it is where nothing notices: at a point by its name something is written soon, however slow the machine is. */
const unnoticedMs = 1_500;

/** Tells it, harmed at a point by its name (the first of that name) or its number. Without a harm: as it should be. */
export async function tellOnDisk(harm?: Harm, at: string | number = 0): Promise<DiskStory> {
  const story = await startStory({ answers: neutralAnswers, files: quickFiles, later: true });
  const disk = mountSmallDisk(story.dataDir, 48);
  const points: string[] = [];
  const told: number[] = [];
  let mending: Promise<void> | undefined;
  try {
    await story.startBot({
      wrap: crashPoints((name) => {
        points.push(name);
        const isIt = typeof at === 'number' ? points.length === at : name === at && mending === undefined;
        if (!isIt || harm === undefined) return;
        harm.begin(disk);
        mending = mend(story, told, typeof at === 'number' ? unnoticedMs : patienceMs).finally(() => harm.end(disk));
      }),
    });
    await story.label('troupe:quick');
    await over(story);
    await mending;
    const toldLast = await readyz(story);
    const { deliveries } = await story.bot().store.counts();
    const stuck = (deliveries['working'] ?? 0) + (deliveries['dead'] ?? 0);
    return { ending: await endingOf(story), harmed: mending !== undefined, points, told, toldLast, stuck };
  } finally {
    disk.free();
    await story.stopBot();
    disk.unmount();
    await story.close();
  }
}

/** Until /readyz tells of it, or nothing has noticed it for a while. */
async function mend(story: Story, told: number[], mostMs: number): Promise<void> {
  const until = performance.now() + mostMs;
  do {
    told.push(await readyz(story));
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (told.at(-1) !== 503 && performance.now() < until);
}

/** What it answers now. */
export async function readyz(story: Story): Promise<number> {
  return (await fetch(`${story.bot().url}/readyz`)).status;
}
