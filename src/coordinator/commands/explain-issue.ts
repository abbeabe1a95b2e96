// Why something ran for an issue or did not: each workflow and each rule as things are now, the runs and their locks, and what became of past events. Reads only.
import { runIdOf } from '../../support/index.ts';
import { commandMessages } from './messages.ts';
import { runsHere } from '../controls/choose-runs.ts';
import type { CommandContext } from './types.ts';
import { lineOf } from '../common/queue.ts';
import { considerStart } from '../start/consider-start.ts';
import type { PastDecision, Why } from '../common/types.ts';

/** Runs and events that are shown. */
const mostRuns = 5;
const mostEvents = 10;

/** The whole answer, for people. */
export async function explainIssue(context: CommandContext): Promise<string> {
  const { happening, subject, ports, startRules } = context;
  const verdict = await considerStart(
    { runId: runIdOf('explain', happening.delivery), happening, subject, inputs: [], by: 'command' },
    context,
  );
  const now: readonly Why[] = verdict.why;
  const asked = new Set(now.filter(({ topic }) => topic === 'rule').map(({ subject: rule }) => rule));
  const notAsked = startRules.flatMap(({ name }) => (asked.has(name) ? [] : [name]));
  const runs = (await runsHere(context)).slice(0, mostRuns);
  const waiting = await lineOf(ports.journal, ports.operator.limits);
  const past: readonly PastDecision[] =
    (await ports.pastDecisions?.({
      repository: `${happening.repository.owner}/${happening.repository.name}`,
      number: subject.number,
      limit: mostEvents,
    })) ?? [];
  const outcome =
    verdict.kind === 'start'
      ? commandMessages.wouldStart(verdict.spec.workflow.id)
      : verdict.kind === 'refuse'
        ? commandMessages.wouldNot(verdict.reason)
        : '';
  return commandMessages.explain({ login: happening.sender.login, outcome, now, notAsked, runs, waiting, past });
}
