// What a step made twice without knowing: it was made again after a death, or after minutes in which nobody answered, and the first one came all the same. Decides what goes.
import type { RunState } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import { isObject } from '../../support/index.ts';
import type { Json, RunId, StepPath } from '../../support/index.ts';
import { stepMarkerOf } from './comment-once.ts';

/** A write of a step that was done again. */
export interface DoneAgain {
  readonly run: RunId;
  readonly step: StepPath;
  /** The effect's. */
  readonly key: string;
  /** What counts: what the step was told, and goes on with. */
  readonly result: Json;
  /** When it was begun once more, milliseconds since 1970. */
  readonly at: number;
}

/** The calls that find and take away. */
export type TwinsApi = Pick<RepositoryApi, 'ourComments' | 'deleteComment' | 'ourIssues' | 'closeIssue'>;

type Removal = (api: TwinsApi, twin: DoneAgain) => Promise<number>;

/** By the first word of the effect's key. Everything else that steps do GitHub and git have once, whoever asks twice. */
const removals: Readonly<Record<string, Removal>> = { comment: removeComments, 'create-issue': closeIssues };

/** The writes of a run of which a second one may come. */
export function writesDoneAgain(state: RunState): readonly DoneAgain[] {
  return [...state.steps.values()].flatMap(({ path, effects }) =>
    Object.entries(effects).flatMap(([key, { done, result = null, againAt }]) =>
      done && againAt !== undefined && Object.hasOwn(removals, kindOf(key))
        ? [{ run: state.id, step: path, key, result, at: againAt }]
        : [],
    ),
  );
}

/** Takes away what is there beside the one that counts; gives how many there were. */
export async function removeTwins(api: TwinsApi, again: DoneAgain): Promise<number> {
  return (await removals[kindOf(again.key)]?.(api, again)) ?? 0;
}

async function removeComments(api: TwinsApi, { run, step, key, result }: DoneAgain): Promise<number> {
  const all = (await api.ourComments?.(Number(key.slice('comment:'.length)), stepMarkerOf(run, step))) ?? [];
  const others = beside(all, ({ url }) => isObject(result) && result['url'] === url);
  for (const { id } of others) await api.deleteComment?.(id);
  return others.length;
}

/** An issue cannot be taken away, only closed. */
async function closeIssues(api: TwinsApi, { run, step, result }: DoneAgain): Promise<number> {
  const all = (await api.ourIssues?.(stepMarkerOf(run, step))) ?? [];
  const others = beside(all, ({ number }) => isObject(result) && result['number'] === number);
  const open = others.filter(({ state }) => state === 'open');
  for (const { number } of open) await api.closeIssue(number);
  return open.length;
}

/** Nothing goes where the one that counts is not there: somebody took it away, and knows why. */
function beside<One>(all: readonly One[], counts: (one: One) => boolean): readonly One[] {
  return all.some(counts) ? all.filter((one) => !counts(one)) : [];
}

function kindOf(key: string): string {
  return key.split(':')[0] ?? '';
}
