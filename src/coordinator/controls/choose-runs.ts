// Which runs a control on an issue or pull request is about. Reads; writes nothing.
import { liveStatuses } from '../../engine/index.ts';
import type { By, RunSummary } from '../../engine/index.ts';
import { isRunId } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Happening, Subject } from '../common/payload.ts';
import type { CoordinatorPorts } from '../common/types.ts';
import type { Scene } from '../repository/scene.ts';
import { controlRefusals } from './messages.ts';
import { waitingFor } from './people.ts';
import { readRun } from './read-run.ts';
import { sameBefore } from './verdicts.ts';
import type { ControlledRun, ControlVerb } from './types.ts';

/** Where a person stands when they ask. */
export interface Asking {
  readonly happening: Happening;
  readonly subject: Subject;
  readonly scene: Scene;
  readonly ports: CoordinatorPorts;
}

/** The runs, or why there is none to be meant. */
export type ChosenRuns =
  | { readonly ok: true; readonly runs: readonly ControlledRun[] }
  | { readonly ok: false; readonly line: string };

/**
 * The run behind a pull request of ours. The runs themselves tell it: people may take the mark out of the text, or write another one
 * there. The mark is for runs that know no pull request yet.
 */
export async function runBehind({ happening, subject, scene, ports }: Asking): Promise<RunId | undefined> {
  const isOurs = subject.isPullRequest && subject.author.toLowerCase() === scene.identity.botLogin.toLowerCase();
  if (!isOurs) return undefined;
  const at = { repositoryId: happening.repository.id, pullRequest: subject.number };
  const [known] = (await ports.journal.list({ ...at, limit: 1 })).items;
  const marked = /<!-- troupe:run=(r[a-z2-7]{15})\b/.exec(subject.body)?.[1];
  return known?.id ?? (marked !== undefined && isRunId(marked) ? marked : undefined);
}

/** Runs of the issue or pull request, newest first; on a pull request of ours also those of the issue it is for. */
export async function runsHere(asking: Asking): Promise<readonly RunSummary[]> {
  const { happening, subject, ports } = asking;
  const here = (await ports.listRuns(happening.repository.id, subject.number)).items;
  const behind = await runBehind(asking);
  const spec = behind === undefined ? undefined : await ports.journal.spec(behind);
  const more =
    spec?.repository?.id !== happening.repository.id
      ? []
      : spec.task.number === undefined
        ? [await ports.journal.summary(spec.id)]
        : (await ports.listRuns(happening.repository.id, spec.task.number)).items;
  const all = new Map([...here, ...more].flatMap((run) => (run === undefined ? [] : [[run.id, run] as const])));
  return [...all.values()].toSorted((a, b) => b.createdAt - a.createdAt);
}

/** The newest run on the branch of a pull request of ours. `except`: the run that comes of the event itself. */
export async function newestOnBranch(asking: Asking, except?: RunId): Promise<ControlledRun | undefined> {
  const { subject, ports } = asking;
  if ((await runBehind(asking)) === undefined) return undefined;
  for (const { id } of await runsHere(asking)) {
    const run = id === except ? undefined : await readRun(ports.journal, id);
    const facts = run?.state.facts.branch === undefined ? run?.spec.followUp?.facts : run.state.facts;
    if (run !== undefined && facts?.branch !== undefined && facts.branch === subject.head?.ref) return run;
  }
  return undefined;
}

/** Said without a name, they are about every run that goes on. */
const ofSeveral: ReadonlySet<ControlVerb> = new Set(['pause', 'cancel', 'stop']);
/** Runs of one place that are looked through for a wish that was told before. */
const mostLookedThrough = 20;

/**
 * The runs that the verb is about: the one that is named, else those that followed this very wish before (its delivery is handled
 * again after a crash: they may have gone on since), else those that it can be said of.
 */
export async function chooseRuns(
  verb: ControlVerb,
  { named, by }: { readonly named: string | undefined; readonly by: By },
  asking: Asking,
): Promise<ChosenRuns> {
  const here = await runsHere(asking);
  const read = async (some: readonly RunSummary[]): Promise<readonly ControlledRun[]> => {
    const runs = await Promise.all(some.map((run) => readRun(asking.ports.journal, run.id)));
    return runs.filter((run) => run !== undefined);
  };
  if (named !== undefined) {
    const run = here.find(({ id }) => id === named.toLowerCase());
    return run === undefined ? no(controlRefusals.noSuchRun(named)) : { ok: true, runs: await read([run]) };
  }
  const [newest] = here;
  if (newest === undefined) return no(controlRefusals.noRun());
  const told = (await read(here.slice(0, mostLookedThrough))).filter(
    (run) => sameBefore({ by }, run.events) !== undefined,
  );
  const live = here.filter((run) => liveStatuses.includes(run.status));
  const [followed] = told;
  if (followed !== undefined && !ofSeveral.has(verb)) return { ok: true, runs: [followed] };
  switch (verb) {
    case 'pause':
    case 'cancel':
    case 'stop': {
      const others = live.filter(({ id }) => !told.some(({ spec }) => spec.id === id));
      const runs = [...told, ...(await read(others))];
      // it is told what became of it
      return { ok: true, runs: runs.length === 0 ? await read([newest]) : runs };
    }
    case 'resume': {
      const runs = await read(live.length === 0 ? [newest] : live);
      const paused = runs.filter(({ state }) => state.paused !== undefined);
      return { ok: true, runs: paused.length === 0 ? runs : paused };
    }
    case 'approve':
    case 'reject':
    case 'answer': {
      const what = verb === 'answer' ? 'answer' : 'approval';
      const going = await read(live);
      const waiting = going.filter((run) => waitingFor(run, what).length > 0);
      // what is asked for may be there where a run is at work that this process cannot look at
      const elsewhere = going.find(({ spec }) => asking.ports.driver?.(spec.id) !== undefined);
      const one = waiting[0] ?? elsewhere ?? going[0];
      return { ok: true, runs: one === undefined ? await read([newest]) : [one] };
    }
    case 'skip':
    case 'budget':
      return { ok: true, runs: await read([live[0] ?? newest]) };
    default:
      return { ok: true, runs: await read([newest]) };
  }
}

function no(line: string): ChosenRuns {
  return { ok: false, line };
}
