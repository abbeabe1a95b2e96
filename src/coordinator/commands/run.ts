// `/troupe run`: starts a workflow by name, or the one whose trigger fits the issue. Answers, never starts anything itself.
import { listAll, liveStatuses, placesInLine } from '../../engine/index.ts';
import type { PlaceInLine } from '../../engine/index.ts';
import { runIdOf, defined } from '../../support/index.ts';
import { commandMessages } from './messages.ts';
import { startActions } from '../start/started.ts';
import { answers, reasons } from '../common/messages.ts';
import { summaryOfStart } from '../common/queue.ts';
import { considerStart } from '../start/consider-start.ts';
import type { StartVerdict } from '../start/consider-start.ts';
import type { Why } from '../common/types.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

/** Starts a run. */
export const runCommand: CommandType = {
  verb: 'run',
  aliases: ['start'],
  usage: 'run [workflow] [key=value …]',
  summary: 'starts a workflow for this issue or pull request',
  example: '/troupe run feature environment=staging',
  who: 'trigger',
  checksItself: true,
  decide,
};

async function decide(command: Command, context: CommandContext): Promise<CommandAnswer> {
  const { happening, subject, ports } = context;
  if (command.problem === 'unclosed-quote') return refused(answers.unclosedQuote('run'), command.problem, []);
  const named = command.args[0]?.replace(/^troupe:/i, '').toLowerCase();
  const runId = runIdOf('command', happening.comment?.id ?? 0, command.ordinal);
  const verdict = await considerStart(
    {
      runId,
      happening,
      subject,
      ...defined({ workflowId: named }),
      inputs: command.values,
      by: 'command',
    },
    context,
  );
  if (verdict.kind === 'refuse') return refused(verdict.line, verdict.reason, verdict.why);
  const run = verdict.kind === 'already' ? verdict.run : verdict.spec.id;
  const workflow = verdict.kind === 'already' ? verdict.workflow : verdict.spec.workflow.id;
  return {
    accepted: true,
    lines: [
      answers.started(workflow, run, ports.runUrl?.(run)) + commandMessages.queued(await placeOf(verdict, ports)),
    ],
    ...(verdict.kind === 'already' ? { actions: [], already: run } : { actions: startActions(verdict) }),
    why: [...verdict.why, note(true, reasons.started(workflow))],
  };
}

/** Its place in line, as it will be when it is started. */
async function placeOf(verdict: StartVerdict, ports: CommandContext['ports']): Promise<PlaceInLine | undefined> {
  if (verdict.kind !== 'start') return undefined;
  const { spec, replaces } = verdict;
  const ended = new Set(replaces);
  const live = await listAll(ports.journal, { status: liveStatuses });
  const others = live.filter(({ id }) => !ended.has(id));
  return placesInLine([...others, summaryOfStart(spec, ports.clock.now())], ports.operator.limits).get(spec.id);
}

function refused(line: string, reason: string, why: readonly Why[]): CommandAnswer {
  return { accepted: false, lines: line === '' ? [] : [line], actions: [], why: [...why, note(false, reason)] };
}

function note(ok: boolean, detail: string): Why {
  return { topic: 'command', subject: 'run', ok, detail };
}
