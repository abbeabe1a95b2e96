// The command that repeats a run, for copying into a shell. Secrets are masked: such a word has to be typed again.
import type { RunSpec, Task } from '../../engine/index.ts';
import { isObject, defined, toJson } from '../../support/index.ts';
import type { Json, Redactor } from '../../support/index.ts';
import { nearPath, shellWord } from '../common/shell-word.ts';
import type { StartedWith } from './remembered.ts';

/** What the line is made of besides the run itself. */
export interface Repeated extends StartedWith {
  readonly cwd: string;
  readonly dataDir?: string;
  /** Said anew each time: a run that is gone on with does not keep it. */
  readonly autoApprove?: boolean;
  readonly redactor: Redactor;
}

/** `troupe run …` or `troupe step run …` as one line. */
export function repeatLine({ workflow, task, inputs }: RunSpec, how: Repeated): string {
  const masked = how.redactor.json(inputs);
  const given = isObject(masked) ? Object.entries(masked) : [];
  const words = [
    ...given
      .filter(([name, value]) => value !== null && value !== workflow.inputs[name]?.default)
      .flatMap(([name, value]) => ['--input', `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`]),
    ...path('--config', how.config, how.cwd),
    ...(how.provider === undefined ? [] : ['--provider', how.provider]),
    ...path('--answers', how.answers, how.cwd),
    ...(how.environment === undefined ? [] : ['--environment', how.environment]),
    ...(how.collectErrors === true ? ['--collect-errors'] : []),
    ...(how.autoApprove === true ? ['--auto-approve'] : []),
    ...(how.onFailure === undefined ? [] : ['--on-failure', how.onFailure]),
    ...path('--data-dir', how.dataDir, how.cwd),
  ];
  const isPlain = isOfWords(task);
  const what = isPlain ? ['--task', task.title, ...(task.body === '' ? [] : ['--body', task.body])] : ['--issue', '-'];
  const line = ['troupe', ...chosen(workflow.id, how), ...what, ...words].map((word) =>
    shellWord(how.redactor.text(word)),
  );
  const before = isPlain ? '' : `printf %s ${shellWord(how.redactor.text(JSON.stringify(jsonOf(task))))} | `;
  return `${before}${line.join(' ')}`;
}

/** The command, and what it was told to run. */
function chosen(id: string, { file, step, cwd }: Repeated): readonly string[] {
  if (step !== undefined) return ['step', 'run', ...step];
  return ['run', file === undefined ? id : nearPath(file, cwd)];
}

function path(option: string, value: string | undefined, cwd: string): string[] {
  if (value === undefined) return [];
  return [option, nearPath(value, cwd)];
}

/** Whether title and text are all there is of it. */
function isOfWords({ kind: _kind, title: _title, body: _body, slug: _slug, labels, fields, ...more }: Task): boolean {
  return labels.length === 0 && Object.keys(fields).length === 0 && Object.keys(more).length === 0;
}

function jsonOf({ kind: _kind, slug: _slug, ...task }: Task): { readonly [key: string]: Json | undefined } {
  const { milestoneFacts: facts, milestone: title, comments, ...rest } = task;
  const told = { ...rest, ...defined({ comments: comments === undefined ? undefined : toJson(comments) }) };
  return title === undefined || facts === undefined
    ? { ...told, milestone: title }
    : { ...told, milestone: { title, ...facts } };
}
