// Several providers do the same: who has won, whether the others are still wanted, and what the whole comes to. Pure.
import { isPanelist, keepsWork } from '../../definition/index.ts';
import type { PanelStep } from '../../definition/index.ts';
import { oneLine, defined } from '../../support/index.ts';
import { text } from '../model/messages.ts';
import type { StepResult, Verdict } from '../model/types.ts';
import type { Child, Container, ContainerEnd, Opened } from './container.ts';
import { joinErrors, wasStopped } from './join.ts';

/** The container `panel`. */
export const panel: Container<PanelStep> = {
  type: 'panel',
  siblingsGoOn: true,
  absorbsFailures: () => true,
  open: () => ({ ok: true }),
  next(container, child) {
    if (!keepsWork(child.step)) return 'now';
    const { isDecided, open } = countOf(container);
    return isDecided && open === 0 ? 'now' : 'later';
  },
  superseded(container) {
    const count = countOf(container);
    if (!count.isDecided || count.open === 0) return undefined;
    const because =
      count.winner === undefined
        ? text.panelLost(container.place.step.name)
        : text.panelWon(count.winner.place.step.name);
    return { because };
  },
  end(container) {
    const count = countOf(container);
    const keeper = container.children().find(({ place }) => keepsWork(place.step));
    if (!count.isDecided || keeper === undefined || !keeper.isSettled) return undefined;
    if (keeper.state.error !== undefined) return { kind: 'failed', error: keeper.state.error };
    if (keeper.state.result === undefined) return { kind: 'cancelled' };
    return endOf(container.step, count, keeper.state.result);
  },
};

/** The one whose work is kept; undefined while nobody has won. */
export function panelWinner(container: Pick<Opened<PanelStep>, 'step' | 'children'>): Child | undefined {
  const { isDecided, winner } = countOf(container);
  return isDecided ? winner : undefined;
}

interface Count {
  readonly all: readonly Child[];
  readonly passed: readonly Child[];
  /** Those that have not ended. */
  readonly open: number;
  /** More answers would change nothing. */
  readonly isDecided: boolean;
  readonly winner: Child | undefined;
}

function countOf({ step, children }: Pick<Opened<PanelStep>, 'step' | 'children'>): Count {
  const all = children().filter(({ place }) => isPanelist(place.step));
  const passed = all.filter(hasPassed);
  const open = all.filter(({ isSettled }) => !isSettled).length;
  const needed = neededOf(step, all.length);
  const isWon = passed.length >= needed;
  // where all are needed all are heard: who says no is worth hearing as well
  const isLost = step.quorum !== 'all' && passed.length + open < needed;
  const fastest = passed.toSorted((a, b) => (a.state.finishedAt ?? 0) - (b.state.finishedAt ?? 0))[0];
  const winner = step.quorum === 'any' ? fastest : passed[0];
  return { all, passed, open, isDecided: isWon || isLost || open === 0, winner: isWon ? winner : undefined };
}

function neededOf({ quorum }: PanelStep, all: number): number {
  if (quorum === 'any') return 1;
  return quorum === 'all' ? all : Math.floor(all / 2) + 1;
}

/** Decision 3: succeeded, and the verdict is neither fail nor unknown. */
function hasPassed({ state: { status, result } }: Child): boolean {
  return status === 'succeeded' && result?.verdict !== 'fail' && result?.verdict !== 'unknown';
}

function endOf(step: PanelStep, count: Count, kept: StepResult): ContainerEnd {
  const { all, winner } = count;
  const answered = all.filter(({ state }) => state.status === 'succeeded');
  const said = answered.length === 0 ? undefined : whatAllSaid(all);
  if (winner === undefined && all.some(wasStopped)) return { kind: 'cancelled' };
  const failed = all.filter(({ state }) => state.error !== undefined);
  const verdict = winner === undefined ? verdictWithout(step, count) : winner.state.result?.verdict;
  // who did not answer is why nobody won
  if (winner === undefined && verdict !== 'fail' && failed.length > 0 && (step.quorum === 'all' || said === undefined))
    return { kind: 'failed', error: joinErrors(failed) };
  const shown = winner ?? answered.find(({ state }) => state.result?.verdict === verdict) ?? answered[0];
  const { usage: _usage, facts: _facts, ...own } = shown?.state.result ?? { outputs: {} };
  const findings = answered.flatMap(({ state }) => state.result?.findings ?? []);
  const isDisputed = new Set(answered.map(({ state }) => state.result?.verdict)).size > 1;
  const warnings = [...(own.warnings ?? []), ...(kept.warnings ?? [])];
  const result: StepResult = {
    ...own,
    ...defined({ verdict, verdictReason: winner === undefined || isDisputed ? said : own.verdictReason }),
    ...(findings.length === 0 ? {} : { findings }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  if (winner === undefined) {
    const { filesChanged: _files, sha: _sha, ...nothingKept } = result;
    return { kind: 'succeeded', result: nothingKept };
  }
  return { kind: 'succeeded', result: { ...result, ...defined({ sha: kept.sha }) } };
}

/** What it comes to when nobody won. */
function verdictWithout({ quorum }: PanelStep, { all }: Count): Verdict {
  const against = all.filter(({ state }) => state.result?.verdict === 'fail').length;
  const isNo = quorum === 'majority' ? against * 2 > all.length : against > 0;
  return isNo ? 'fail' : 'unknown';
}

/** `codex: fail, it loops; gemini: pass`. */
function whatAllSaid(all: readonly Child[]): string {
  return all
    .map(({ place, state: { status, result, error } }) => {
      const name = isPanelist(place.step) ? (place.step.provider ?? place.step.name) : place.step.name;
      if (status !== 'succeeded') return text.panelSaid(name, status, error?.message);
      const verdict = result?.verdict ?? 'pass';
      return text.panelSaid(name, verdict, verdict === 'pass' ? undefined : (result?.verdictReason ?? result?.summary));
    })
    .map((line) => oneLine(line, 300))
    .join('; ');
}
