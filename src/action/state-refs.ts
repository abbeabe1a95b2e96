// The refs that states of runs lie on: reads them, pushes a state or its lease under the lease that this job has. Decides nothing about runs.
import { foldRun } from '../engine/index.ts';
import type { Author, GitRepository } from '../git/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Redactor, RunId, Sha } from '../support/index.ts';
import type { ActionContext } from './context.ts';
import { notesOf, readKept, readNotes, writeKept } from './kept-run.ts';
import type { KeptRun } from './kept-run.ts';

/** The part of a repository that holds states. */
export type StateRepository = Pick<
  GitRepository,
  'listStateRefs' | 'readStateNotes' | 'readFile' | 'pushStateRef' | 'deleteStateRefs'
>;

/** What refs are written with. */
export interface StateRefPorts {
  readonly repository: () => Promise<StateRepository>;
  readonly store: {
    readonly journal: Pick<Store['journal'], 'read'>;
    readonly surfaces: Pick<Store['surfaces'], 'of'>;
  };
  readonly job: ActionContext['job'];
  /** Names this job's step among all that write states. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly author: Author;
  /** As GitHub has it: what is written here is read by other machines. */
  readonly clock: Pick<Clock, 'now'>;
  readonly redactor: Redactor;
}

/** The refs as this job knows them. */
export interface StateRefs {
  /** What lies there: about an issue or pull request, or all of it. */
  read(about?: number): Promise<readonly KeptRun[]>;
  /** Pushes what the journal holds. Throws `git/stale` when another process wrote there. */
  push(run: RunId, claims: boolean): Promise<void>;
  /** Says that this job still drives the run. Throws as `push` does. */
  renew(run: RunId): Promise<void>;
  /** Whether what lies there is of this job after all: the answer to an earlier push was lost. */
  isOurs(run: RunId): Promise<boolean>;
  /** Removes some of those whose time is over, in one request. */
  sweep(): Promise<void>;
}

/** Where a run's ref stands. `state`: the commit with the journal, `trailers`: what is said of it. */
interface Tip {
  readonly tip: Sha;
  readonly state?: Sha;
  readonly trailers?: readonly (readonly [string, string])[];
}

const folder = 'refs/troupe/runs';
const stateFile = 'state.json';
const leaseFile = 'lease.json';
/** How many a job removes: it starts fewer than that. */
const mostSwept = 5;

/** The refs over a repository. */
export function createStateRefs(ports: StateRefPorts): StateRefs {
  const tips = new Map<RunId, Tip>();
  return { ...readsOf(ports, tips), ...writesOf(ports, tips) };
}

function readsOf(ports: StateRefPorts, tips: Map<RunId, Tip>): Pick<StateRefs, 'read' | 'isOurs' | 'sweep'> {
  const { clock } = ports;
  return {
    async read(about) {
      const repository = await ports.repository();
      const now = clock.now();
      const found: KeptRun[] = [];
      for (const one of await listed(repository)) {
        const { numbers, until } = one.notes;
        if (until < now || (about !== undefined && numbers?.includes(about) === false)) continue;
        const kept = await readOne(repository, one);
        if (kept === undefined || refOf(kept.run) !== one.ref) continue;
        tips.set(kept.run, { tip: one.sha });
        found.push(kept);
      }
      return found;
    },
    async isOurs(run) {
      const repository = await ports.repository();
      const there = (await listed(repository)).find(({ ref }) => ref === refOf(run));
      if (there === undefined || there.sha === tips.get(run)?.tip) return false;
      const kept = await readOne(repository, there);
      if (kept?.by !== ports.holder) return false;
      // what of it arrived is not known: the next push is a state
      tips.set(run, { tip: there.sha });
      return true;
    },
    async sweep() {
      const repository = await ports.repository();
      const now = clock.now();
      const over = (await listed(repository)).filter(({ notes: { until } }) => until < now);
      await repository.deleteStateRefs(over.slice(0, mostSwept));
    },
  };
}

function writesOf(ports: StateRefPorts, tips: Map<RunId, Tip>): Pick<StateRefs, 'push' | 'renew'> {
  const { clock, author } = ports;
  const since = new Map<RunId, number>();

  async function push(run: RunId, claims: boolean): Promise<void> {
    const repository = await ports.repository();
    const events = await ports.store.journal.read(run);
    const state = foldRun(events);
    const now = clock.now();
    if (!since.has(run)) since.set(run, now);
    const kept = {
      savedAt: now,
      job: ports.job,
      by: ports.holder,
      driven: claims || events.at(-1)?.type !== 'run.parked',
      since: since.get(run) ?? now,
      leaseMs: ports.leaseMs,
      surfaces: await ports.store.surfaces.of(run),
    };
    const text = writeKept(state, events, { kept, redact: ports.redactor.text });
    const trailers = notesOf(state, now);
    const tip = await repository.pushStateRef({
      ref: refOf(run),
      file: stateFile,
      text: `${text}\n`,
      expected: tips.get(run)?.tip ?? null,
      author,
      message: `State of run ${run}`,
      trailers,
    });
    tips.set(run, { tip, state: tip, trailers });
  }

  async function renew(run: RunId): Promise<void> {
    const known = tips.get(run);
    // a state that did not arrive yet says more than a lease
    if (known?.state === undefined) return push(run, true);
    const repository = await ports.repository();
    const tip = await repository.pushStateRef({
      ref: refOf(run),
      file: leaseFile,
      text: `${JSON.stringify({ version: 1, by: ports.holder, renewedAt: clock.now() })}\n`,
      on: known.state,
      expected: known.tip,
      author,
      message: `Lease of run ${run}`,
      trailers: known.trailers ?? [],
    });
    tips.set(run, { ...known, tip });
  }

  return { push, renew };
}

type Listed = { readonly ref: string; readonly sha: Sha; readonly notes: ReturnType<typeof readNotes> };

/** The refs with what their commits say: two requests, however many there are. */
async function listed(repository: StateRepository): Promise<readonly Listed[]> {
  const refs = await repository.listStateRefs(folder);
  const notes = await repository.readStateNotes(refs.map(({ sha }) => sha));
  return refs.flatMap(({ ref, sha }) => {
    const note = notes.get(sha);
    return note === undefined ? [] : [{ ref, sha, notes: readNotes(note) }];
  });
}

async function readOne(repository: StateRepository, { sha }: Pick<Listed, 'sha'>): Promise<KeptRun | undefined> {
  const text = await repository.readFile(sha, stateFile);
  return text === undefined ? undefined : readKept(text, await repository.readFile(sha, leaseFile));
}

function refOf(run: RunId): string {
  return `${folder}/${run}`;
}
