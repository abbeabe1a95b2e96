// A control by whoever sits at the machine: from the control socket, or where no owner runs. The same deciders as comments and buttons.
import type { Journal } from '../../engine/index.ts';
import { isRunId, randomRunId, TroupeError, defined } from '../../support/index.ts';
import type { Json, RunId } from '../../support/index.ts';
import { considerControl } from './consider-control.ts';
import type { ControlPorts } from './consider-control.ts';
import { fateOf } from './fate.ts';
import { controlRefusals } from './messages.ts';
import { answerOf } from './people.ts';
import { readRun } from './read-run.ts';
import type { ControlVerb, ControlVerdict } from './types.ts';

/** Verbs that can be said of a run from outside GitHub. */
export const controlVerbs: readonly Exclude<ControlVerb, 'review' | 'ci'>[] = [
  'pause',
  'resume',
  'cancel',
  'stop',
  'retry',
  'rerun',
  'skip',
  'approve',
  'reject',
  'answer',
  'budget',
  'followup',
];

/** What is wanted. */
export interface ControlRequest {
  readonly verb: (typeof controlVerbs)[number];
  readonly run: string;
  /** Who wants it, as the machine knows them. */
  readonly login: string;
  readonly from: 'cli' | 'api';
  readonly step?: string;
  readonly sha?: string;
  /** Reason, answer, amount or follow-up. */
  readonly text?: string;
}

/** What came of it. `run`: the one it is about, or the linked one that was started. */
export interface ControlReply {
  readonly accepted: boolean;
  readonly line: string;
  readonly run: RunId;
}

/** Does what is wanted. Throws `control/no-run`. */
export async function controlRun(
  request: ControlRequest,
  ports: ControlPorts & { readonly journal: Journal },
): Promise<ControlReply> {
  const id = request.run.toLowerCase();
  const run = isRunId(id) ? await readRun(ports.journal, id) : undefined;
  if (run === undefined)
    throw new TroupeError('control/no-run', controlRefusals.noSuchRun(request.run), { class: 'config' });
  const { verb, login, from, step, sha, text } = request;
  const value: Json | undefined = text === undefined ? undefined : verb === 'answer' ? answerOf(text) : text;
  const verdict = await considerControl(
    {
      verb,
      by: { login, from },
      newRun: randomRunId(),
      ...defined({ step }),
      ...(sha === undefined ? {} : { sha: sha.replace(/^@/, '').toLowerCase() }),
      ...defined({ text, value }),
    },
    run,
    ports,
  );
  return carryOut(verdict, run.spec.id, ports.journal);
}

async function carryOut(verdict: ControlVerdict, run: RunId, journal: Journal): Promise<ControlReply> {
  const { line } = verdict;
  if (verdict.kind === 'start') {
    await journal.start(verdict.spec);
    return { accepted: true, line, run: verdict.spec.id };
  }
  if (verdict.kind !== 'post') return { accepted: verdict.kind === 'nothing', line, run };
  for (const event of verdict.events) {
    const { accepted } = await journal.post(run, event);
    if (accepted) continue;
    const now = await readRun(journal, run);
    return { accepted: false, line: now === undefined ? controlRefusals.noSuchRun(run) : fateOf(now, {}), run };
  }
  return { accepted: true, line, run };
}
