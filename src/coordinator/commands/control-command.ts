// Makes a command of a control: which runs are meant, who may, what was wished. One way for all of them; each command's file says only what differs.
import type { By } from '../../engine/index.ts';
import type { RunId } from '../../support/index.ts';
import { isRunId, runIdOf, defined } from '../../support/index.ts';
import { actionsOf } from '../controls/actions-of.ts';
import { chooseRuns, runsHere } from '../controls/choose-runs.ts';
import type { Asking } from '../controls/choose-runs.ts';
import { considerControl } from '../controls/consider-control.ts';
import { controlPorts } from '../controls/control-ports.ts';
import { levelOf, refusalOfPerson } from '../controls/may-control.ts';
import { controlLines, controlRefusals } from '../controls/messages.ts';
import type { ControlVerb, ControlVerdict, ControlWish, ControlledRun } from '../controls/types.ts';
import { pausedLabel } from '../common/select.ts';
import type { Command } from './parse.ts';
import type { CommandAnswer, CommandContext, CommandType } from './types.ts';

/** What was asked for beside the verb and the run; or a line that says what is missing. */
export type Wished = Partial<Pick<ControlWish, 'step' | 'sha' | 'value' | 'text'>>;

/** What a control's command says of itself. */
export interface ControlCommand {
  readonly verb: ControlVerb;
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly example: string;
  /** Reads the words after the verb; the name of a run is taken out before. */
  wish?(words: ControlWords, run: ControlledRun): Wished;
}

/** The words after the verb. */
export interface ControlWords {
  readonly args: readonly string[];
  /** Everything after the verb and the run, with the lines below. */
  readonly text: string;
}

/** The command of a control. */
export function controlCommand(control: ControlCommand): CommandType {
  return {
    verb: control.verb,
    aliases: control.aliases ?? [],
    usage: control.usage,
    summary: control.summary,
    example: control.example,
    who: levelOf[control.verb],
    checksItself: true,
    decide: (command, context) => decide(control, command, context),
  };
}

async function decide(control: ControlCommand, command: Command, context: CommandContext): Promise<CommandAnswer> {
  const { happening, subject, scene, ports } = context;
  const { verb } = control;
  const person = happening.comment?.author ?? happening.sender;
  const ref = `comment:${happening.comment?.id ?? 0}:${command.ordinal}`;
  const by: By = { login: person.login, from: 'comment', ref };
  const asking = { happening, subject, scene, ports };
  const named = await namedRun(verb, command, asking);
  const chosen = await chooseRuns(verb, { named, by }, asking);
  const runs = chosen.ok ? chosen.runs : [];
  const denied = await refusalOfPerson({ verb, specs: runs.map(({ spec }) => spec) }, person, scene);
  if (denied !== undefined) return answer(control, false, denied);
  const isHeld = subject.labels.some((label) => label.toLowerCase() === pausedLabel);
  if (verb === 'resume' && isHeld) return answer(control, false, inItself(controlRefusals.labelHolds()));
  if (!chosen.ok) return answer(control, false, inItself(chosen.line));
  const parts: CommandAnswer[] = [];
  for (const run of runs) {
    const wish: ControlWish = {
      verb,
      by,
      newRun: runIdOf('command', happening.comment?.id ?? 0, command.ordinal),
      ...control.wish?.(wordsOf(command, named), run),
    };
    const verdict = await considerControl(wish, run, controlPorts(context));
    const changed = verb === 'approve' && verdict.kind === 'post' ? await changedFile(run, context) : '';
    const line = [verdict.line, changed].filter((part) => part !== '').join(' ');
    parts.push({
      ...answer(control, verdict.kind !== 'refuse', { line, reason: verdict.reason }),
      actions: actionsOf(verdict, run.spec.id),
      ...(verdict.kind === 'nothing' && verdict.run !== undefined ? { already: verdict.run } : {}),
    });
  }
  return together(parts);
}

/** Verbs that are followed by what people write: words of theirs may look like the id of a run. */
const withText: ReadonlySet<ControlVerb> = new Set(['answer', 'reject', 'followup']);

/** The run that is named among the words. */
async function namedRun(verb: ControlVerb, { args }: Command, asking: Asking): Promise<string | undefined> {
  const words = args.filter((word) => isRunId(word.toLowerCase()));
  if (words.length === 0 || !withText.has(verb)) return words[0];
  const known = new Set((await runsHere(asking)).map(({ id }) => id as string));
  return words.find((word) => known.has(word.toLowerCase()));
}

/** A file that was changed since the run started is mentioned and changes nothing (decision 36). */
async function changedFile({ spec }: ControlledRun, { scene }: CommandContext): Promise<string> {
  const { candidates } = await scene.catalogue();
  const now = candidates.find(({ path }) => path === spec.workflowSource.path);
  const { path, blobSha } = spec.workflowSource;
  return now === undefined || now.blobSha === blobSha ? '' : controlLines.fileChanged(path);
}

function wordsOf(command: Command, run: string | undefined): ControlWords {
  if (run === undefined) return { args: command.args, text: command.text };
  return {
    args: command.args.filter((word) => word !== run),
    text: command.text.replace(run, '').trim(),
  };
}

/** Said of several runs, it is refused only when none of them follows. */
function together(parts: readonly CommandAnswer[]): CommandAnswer {
  const good = parts.filter((part) => part.accepted);
  const shown = good.length > 0 ? good : parts;
  const already: RunId | undefined = shown.find((part) => part.already !== undefined)?.already;
  return {
    accepted: good.length > 0,
    lines: shown.flatMap((part) => part.lines),
    actions: shown.flatMap((part) => part.actions),
    why: parts.flatMap((part) => part.why),
    ...defined({ already }),
  };
}

/** What is said to people is the reason. */
function inItself(line: string): Pick<ControlVerdict, 'line' | 'reason'> {
  return { line, reason: line };
}

function answer(
  { verb }: ControlCommand,
  accepted: boolean,
  { line, reason }: Pick<ControlVerdict, 'line' | 'reason'>,
): CommandAnswer {
  return {
    accepted,
    lines: line === '' ? [] : [line],
    actions: [],
    why: [{ topic: 'command', subject: verb, ok: accepted, detail: reason }],
  };
}
