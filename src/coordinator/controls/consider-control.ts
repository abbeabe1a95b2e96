// A wish about a run, looked at with what GitHub says now. Reads through ports and answers with a verdict; writes nothing.
import { defined } from '../../support/index.ts';
import { isRunOver } from '../../engine/index.ts';
import type { Journal, RunSpec } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import type { Clock, RunId } from '../../support/index.ts';
import { holdersOf } from '../common/queue.ts';
import { answers } from '../common/messages.ts';
import type { RateReached } from '../common/rate.ts';
import type { Driver, Hindrance } from '../common/types.ts';
import { decideControl } from './decide-control.ts';
import { controlLines, controlReasons } from './messages.ts';
import type { RunPage } from './messages.ts';
import type { ControlFacts, ControlledRun, ControlVerdict, ControlWish } from './types.ts';
import { refuse } from './verdicts.ts';

/** What a control is looked at with. */
export interface ControlPorts {
  readonly journal: Pick<Journal, 'read' | 'summary' | 'spec' | 'list'>;
  /** The limit of runs in an hour or a day that a linked run would break. Absent: there is none. */
  rate?(spec: RunSpec): Promise<RateReached | undefined>;
  readonly clock: Pick<Clock, 'now'>;
  /** The most that a run may cost, by the operator's file. */
  readonly mostUsd?: number | undefined;
  /** Where a run can be looked at. */
  page?(run: RunId): RunPage | undefined;
  /** Who drives a run elsewhere. */
  driver?(run: RunId): Driver | undefined;
  /** Everything that would stop a linked run later, known before anybody is paid. */
  hindrances?(spec: RunSpec): Promise<readonly Hindrance[]>;
  /** The run's repository on GitHub; undefined where there is none to ask. */
  repository?(spec: RunSpec): RepositoryApi | undefined;
}

/** What becomes of the wish. */
export async function considerControl(
  wish: ControlWish,
  run: ControlledRun,
  ports: ControlPorts,
): Promise<ControlVerdict> {
  const there = await ports.journal.summary(wish.newRun);
  if (there !== undefined) {
    const from = (await ports.journal.spec(wish.newRun))?.followUp?.rerunFrom;
    return {
      kind: 'nothing',
      run: wish.newRun,
      line: controlLines.linked({ workflow: there.workflow, run: wish.newRun, before: run.spec.id, from }),
      reason: controlReasons.already(wish.verb, run.spec.id),
    };
  }
  const verdict = decideControl(wish, run, await factsFor(wish, run, ports));
  if (verdict.kind !== 'start') return verdict;
  const reached = await ports.rate?.(verdict.spec);
  if (reached !== undefined) return refuse(answers.rate(verdict.spec.workflow.id, reached));
  const found = (await ports.hindrances?.(verdict.spec)) ?? [];
  return found.length === 0 ? verdict : refuse(answers.hindered(verdict.spec.workflow.id, found));
}

async function factsFor(wish: ControlWish, run: ControlledRun, ports: ControlPorts): Promise<ControlFacts> {
  const api = ports.repository?.(run.spec);
  const facts = {
    now: ports.clock.now(),
    ...defined({ mostUsd: ports.mostUsd, driver: ports.driver?.(run.spec.id), page: ports.page?.(run.spec.id) }),
  };
  switch (wish.verb) {
    case 'approve':
      if (isRunOver(run.state.status)) return { ...facts, ...(await pullOf(run, api)) };
      return { ...facts, ...(await headOf(run, api)), ...(await namedApprovers(wish, run, api)) };
    case 'reject':
      if (isRunOver(run.state.status)) return { ...facts, ...(await pullOf(run, api)) };
      return { ...facts, ...(await namedApprovers(wish, run, api)) };
    case 'retry':
    case 'rerun':
    case 'budget':
      return isRunOver(run.state.status)
        ? { ...facts, ...(await pullOf(run, api)), ...(await busyWith(run, ports)) }
        : facts;
    case 'followup':
    case 'review':
    case 'ci':
      return { ...facts, ...(await pullOf(run, api)) };
    default:
      // what can be done about a run that has ended depends on it
      return isRunOver(run.state.status) ? { ...facts, ...(await pullOf(run, api)) } : facts;
  }
}

async function headOf({ state }: ControlledRun, api: RepositoryApi | undefined): Promise<{ readonly head?: string }> {
  const { branch } = state.facts;
  const head = branch === undefined ? undefined : await api?.branchSha(branch);
  return head === undefined ? {} : { head };
}

async function pullOf({ state }: ControlledRun, api: RepositoryApi | undefined): Promise<Pick<ControlFacts, 'pull'>> {
  const known = state.facts.pullRequest;
  if (known === undefined) return {};
  const pull = await api?.pullRequest(known.number);
  if (pull === undefined) return { pull: known.state };
  return { pull: pull.merged ? 'merged' : pull.state };
}

/** Another run that goes on under the same lock. */
async function busyWith({ spec }: ControlledRun, ports: ControlPorts): Promise<Pick<ControlFacts, 'busy'>> {
  if (spec.repository === undefined || spec.lockKey === undefined) return {};
  const others = await holdersOf(spec.lockKey, spec.repository.id, ports.journal);
  const busy = others.find(({ id }) => id !== spec.id)?.id;
  return busy === undefined ? {} : { busy: { run: busy, ...defined({ driver: ports.driver?.(busy) }) } };
}

/** A person is named by login, or by a team `org/slug` they are in. */
async function namedApprovers(
  { by }: ControlWish,
  run: ControlledRun,
  api: RepositoryApi | undefined,
): Promise<Pick<ControlFacts, 'isNamedApprover'>> {
  // whoever sits at the machine with the journal answers for the operator
  if (by.from === 'cli') return {};
  const named = run.events.flatMap((event) => (event.type === 'approval.requested' ? event.data.by : []));
  const teams = [...new Set(named.filter((one) => one.includes('/')))];
  const mine = new Set<string>();
  for (const team of teams) if ((await api?.isTeamMember?.(team.replace(/^@/, ''), by.login)) === true) mine.add(team);
  const login = by.login.toLowerCase();
  return {
    isNamedApprover: (list) => list.some((one) => mine.has(one) || one.replace(/^@/, '').toLowerCase() === login),
  };
}
