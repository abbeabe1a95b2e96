// `/troupe plan`: what `/troupe run` would do, without doing it. Writes nothing.
import { runIdOf, defined } from '../../support/index.ts';
import { commandMessages } from './messages.ts';
import { answers, reasons } from '../common/messages.ts';
import { considerStart } from '../start/consider-start.ts';
import { personasOf } from '../repository/workflow-reading.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

/** Tells what would run. */
export const planCommand: CommandType = {
  verb: 'plan',
  aliases: ['preview', 'dry-run'],
  usage: 'plan [workflow] [key=value …]',
  summary: 'tells what would run: workflow, steps, personas, permissions; starts nothing',
  example: '/troupe plan feature',
  who: 'trigger',
  checksItself: true,
  decide,
};

async function decide(command: Command, context: CommandContext): Promise<CommandAnswer> {
  const { happening, subject, scene } = context;
  if (command.problem === 'unclosed-quote') return answer(false, answers.unclosedQuote('plan'), command.problem);
  const named = command.args[0]?.replace(/^troupe:/i, '').toLowerCase();
  const verdict = await considerStart(
    {
      // never started: an id of its own keeps it from being taken for a run
      runId: runIdOf('plan', happening.comment?.id ?? 0, command.ordinal),
      happening,
      subject,
      ...defined({ workflowId: named }),
      inputs: command.values,
      by: 'command',
    },
    context,
  );
  if (verdict.kind === 'refuse') return answer(false, verdict.line, verdict.reason);
  if (verdict.kind === 'already') return answer(true, answers.started(verdict.workflow, verdict.run, undefined), '');
  const { workflow } = verdict.spec;
  const { candidates, effective } = await scene.catalogue();
  const path = candidates.find(({ id }) => id === workflow.id)?.path ?? workflow.id;
  const line = commandMessages.plan({
    spec: verdict.spec,
    path,
    personas: personasOf(workflow),
    replaces: verdict.replaces,
    permissions: effective.permissions,
  });
  return answer(true, line, reasons.matched('plan'));
}

function answer(accepted: boolean, line: string, detail: string): CommandAnswer {
  return {
    accepted,
    lines: line === '' ? [] : [line],
    actions: [],
    why: [{ topic: 'command', subject: 'plan', ok: accepted, detail }],
  };
}
