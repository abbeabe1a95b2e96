// What `troupe report`, `artifacts`, `inspect`, `personas`, `workflows`, `queue`, `init` and `completion` say.
import type { Workflow } from '../../definition/index.ts';
import type { LineLimits, PlaceInLine } from '../../engine/index.ts';
import { formatDuration, isoTime, oneLine } from '../../support/index.ts';
import { shellWord } from './shell-word.ts';
import type { WaitingAnswer } from './waiting-answers.ts';
import type { NewestRun, WorkflowStats } from './workflow-stats.ts';

type Trigger = Workflow['trigger'];

/** Sentences about the records of a run. */
export const recordMessages = {
  noSuchProvider: (name: string) => `there is no provider "${name}"`,
  noArtifacts: 'The run has kept nothing.',
  noArtifact: (name: string, near: string | undefined): string =>
    `The run has no artifact "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  artifactsHint: (names: readonly string[]): string =>
    names.length === 0
      ? 'The run has kept nothing.'
      : `It has kept: ${names.slice(0, 40).join(', ')}${names.length > 40 ? ' …' : ''}.`,
  artifactWritten: (name: string, file: string, bytes: number): string => `Wrote ${name} to ${file} (${bytes} bytes)`,
  artifactGone: (name: string): string => `The artifact "${name}" is past its time and was removed`,
  noStep: (step: string, near: string | undefined): string =>
    `The run has no step "${step}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  noPersona: (id: string, near: string | undefined): string =>
    `There is no persona "${id}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  noTools: 'no tools',
  nobody: 'nobody',
  canAnswer: (provider: string): string => `${provider} can answer`,
  limits: (words: readonly string[]): string => `only the agent can keep: ${words.join(', ')}`,
  elsewhere: (words: readonly string[]): string => `means nothing here: ${words.join(', ')}`,
  unusable: (file: string): string => `cannot be used: ${file} has mistakes, and nothing else plays it`,
  section: ({ label, bytes, of }: { readonly label: string; readonly bytes: number; readonly of: number }) =>
    `${label.padEnd(40)} ${String(bytes).padStart(8)} bytes${bytes === of ? '' : ` of ${of}: the rest was cut to fit`}`,
  promptSize: (bytes: number) =>
    `${'the whole prompt, headings and fences included'.padEnd(40)} ${String(bytes).padStart(2)} bytes, about ${Math.ceil(bytes / 3.5)} tokens`,
  personasHint: '`troupe personas` lists those of this repository and the built-in ones.',
  stepsHint: (steps: readonly string[]): string => `Its steps: ${steps.join(', ')}.`,
};

/** Sentences of `troupe workflows`. */
export const workflowMessages = {
  builtIn: 'built in',
  mistakes: 'has mistakes',
  line: (id: string, what: string, where: string): string => `${id.padEnd(16)} ${what}  (${where})`,
  validate: (path: string): string => `\`troupe validate ${shellWord(path)}\` says where`,
  stats: ({ runs, repositories, succeeded, last, averageMs, ...money }: WorkflowStats): string =>
    [
      `${runs === 1 ? '1 run' : `${runs} runs`}${repositories > 1 ? ` in ${repositories} repositories` : ''}, ${succeeded} succeeded`,
      `the last one ${last.status} ${isoTime(last.finishedAt)}`,
      `${formatDuration(averageMs)} on average`,
      ...averageCost(runs, money),
      ...(money.averageTokens === undefined ? [] : [`${money.averageTokens} tokens`]),
    ].join(' · '),
  newest: ({ id, inputs, error }: NewestRun): readonly string[] => {
    const given = Object.entries(inputs).map(
      ([name, value]) => `${name}=${oneLine(typeof value === 'string' ? value : JSON.stringify(value), 60)}`,
    );
    return [
      ...(given.length === 0 ? [] : [`last run with ${given.join(', ')}`]),
      ...(error === undefined ? [] : [`last error: ${oneLine(error, 160)} (${id})`]),
    ];
  },
  startedBy: (id: string, { labels, events, assignees, schedule }: Trigger): string =>
    [
      `troupe:${id}`,
      ...labels.map((label) => `label ${label}`),
      ...events,
      ...assignees.map((login) => `assigned to ${login}`),
      ...(schedule ?? []).map(({ cron }) => `schedule ${cron}`),
    ].join(' · '),
};

/** Sentences of `troupe queue`. */
export const queueMessages = {
  empty: (dataDir: string): string => `Nothing waits and nothing is at work in ${dataDir}.`,
  usualLimits: ({ concurrentRuns, concurrentPerRepository }: LineLimits): string =>
    `There is no server file here: ${concurrentRuns} runs at once and ${concurrentPerRepository} in a repository are taken for the limits; --config names the file.`,
  next: 'nothing is before it: it begins as soon as a process that drives runs takes it',
  waits: (place: PlaceInLine): string => {
    const number = `number ${place.position} in line`;
    if (place.waitsFor !== 'runs')
      return place.waitsFor === 'repository'
        ? `${number}: ${place.limit} at once in its repository (limits.concurrent_per_repository)`
        : `${number}: ${place.limit} at once (limits.concurrent_runs)`;
    const named = place.runs
      .slice(0, 3)
      .map(({ id, taskNumber }) => `${id}${taskNumber === undefined ? '' : ` (#${taskNumber})`}`);
    const more = place.runs.length - named.length;
    return `${number}: after ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}, one run of its group at a time`;
  },
};

/** Sentences about personas that were asked and have not answered. */
export const waitingMessages = {
  line: ({ provider, strategy, since, nextLookAt, deadline, attempt, failedLooks }: WaitingAnswer): string =>
    [
      `asked ${provider} at ${isoTime(since)}`,
      strategy,
      `attempt ${attempt}`,
      ...(nextLookAt === null ? [] : [`next look ${isoTime(nextLookAt)}`]),
      deadline === null ? 'no deadline' : `deadline ${isoTime(deadline)}`,
      ...(failedLooks === 0 ? [] : [`the last ${failedLooks === 1 ? 'look' : `${failedLooks} looks`} failed`]),
    ].join(' · '),
  ofStep: (one: WaitingAnswer): string => `${one.step}: ${waitingMessages.line(one)}`,
};

/** What comes after `troupe init`. */
interface InitNext {
  readonly workflow: string;
  readonly rehearsal: string;
  /** An agent that is ready to work. */
  readonly agent: string | undefined;
  readonly folder: string | undefined;
  /** There is no repository yet. */
  readonly isNew: boolean;
}

/** Sentences of `troupe init`. */
export const initMessages = {
  noTemplate: (name: string, near: string | undefined): string =>
    `There is no template "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  templatesHint: (names: readonly string[]): string => `Templates: ${names.join(', ')}.`,
  atRoot: (root: string): string => `In ${root}, the root of this working copy:`,
  exists: (path: string): string => `= ${path} is there already and stays as it is`,
  wrote: (path: string): string => `+ ${path}`,
  isValid: (path: string): string => `✓ ${path} is valid`,
  askTemplate: 'Which workflow do you start from?',
  askProvider: 'Which provider shall its steps name?',
  defaultProvider: 'none: the default of whoever runs it',
  nothingWritten: 'Nothing was written.',
  next: ({ workflow, rehearsal, agent, folder, isNew }: InitNext): readonly string[] => [
    '',
    'Next:',
    ...(folder === undefined ? [] : [`  cd ${folder}`]),
    // runs are made of commits
    ...(isNew ? ['  git init'] : []),
    `  troupe validate .github/troupe/workflows/${workflow}.yml`,
    `  git add .github && git commit -m "Add a troupe workflow"`,
    `  troupe run ${workflow} --task "Try it" --answers ${rehearsal}`,
    ...(agent === undefined ? [] : [`  troupe run ${workflow} --task "…"        (${agent} does the work)`]),
    `On GitHub: commit it to the default branch, then put the label troupe:${workflow} on an issue.`,
  ],
};

/** Sentences of `troupe completion`. */
export const completionMessages = {
  badShell: (shell: string): string => `There is no completion for "${shell}"`,
  shellsHint: 'Shells: bash, zsh, fish.',
};

/** What a run costs on average; nothing where none costs anything. Of how many runs, where not all tell. */
function averageCost(runs: number, money: Pick<WorkflowStats, 'averageCostUsd' | 'costKnownOf'>): readonly string[] {
  const { averageCostUsd, costKnownOf } = money;
  if (averageCostUsd === undefined) return ['cost unknown'];
  if (costKnownOf < runs) return [`$${averageCostUsd} (average of ${costKnownOf} known)`];
  return averageCostUsd === 0 ? [] : [`$${averageCostUsd}`];
}
