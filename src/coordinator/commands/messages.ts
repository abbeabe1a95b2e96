// Every sentence of the commands that only tell: status, workflows, config, plan, explain. Text of people is made harmless here.
import type { Finding } from '../../definition/index.ts';
import { allSteps, asksPersona, doesGit, subjectOf } from '../../definition/index.ts';
import type { PlaceInLine, RunSpec, RunSummary } from '../../engine/index.ts';
import { isoTime, oneLine } from '../../support/index.ts';
import { cell, harmless } from '../common/harmless.ts';
import { otherStarters } from '../common/other-starters.ts';
import { isAsleep } from '../common/select.ts';
import type { EffectiveSettings } from '../repository/settings.ts';
import type { Candidate, OperatorSettings, PastDecision, Permissions, Why } from '../common/types.ts';
import { saidOf } from '../common/said-of.ts';

/** What `explain` tells of. */
interface Explained {
  readonly login: string;
  readonly outcome: string;
  readonly now: readonly Why[];
  /** Rules behind the one that turned it back. */
  readonly notAsked: readonly string[];
  readonly runs: readonly RunSummary[];
  readonly waiting: ReadonlyMap<string, PlaceInLine>;
  readonly past: readonly PastDecision[];
}

/** Sentences of the telling commands. */
export const commandMessages = {
  workflows: (candidates: readonly Candidate[], enabled: readonly string[]) =>
    candidates.length === 0
      ? 'There is no workflow here.'
      : [
          '| workflow | what it does | started by | file |',
          '|---|---|---|---|',
          ...candidates.map(
            (one) =>
              `| ${code(one.id)} | ${one.workflow === undefined ? 'has mistakes' : cell(one.workflow.description)} | ${startedBy(one, enabled)} | ${code(one.path)} |`,
          ),
        ].join('\n'),
  config: (
    { settings, permissions, file }: EffectiveSettings,
    limits: OperatorSettings['limits'],
    findings: readonly Finding[],
  ) =>
    [
      '| setting | value |',
      '|---|---|',
      row('who may trigger', permissions.trigger),
      row('who may control', permissions.control),
      row('who may approve', permissions.approve),
      row('bots that may trigger', permissions.bots.join(', ') || 'none'),
      row('default provider', settings.defaultProvider),
      row('cost of a run', settings.budget.costUsd === undefined ? 'no limit' : `$${settings.budget.costUsd}`),
      ...moneyRow('cost of all runs of a task', limits.costUsdPerTask, settings.budget.taskCostUsd),
      ...moneyRow('cost of a day here', limits.costUsdPerRepositoryDay, settings.budget.dayCostUsd),
      row('time of a run', settings.budget.minutes === undefined ? 'no limit' : `${settings.budget.minutes} min`),
      row('runs at once', `${limits.concurrentRuns}, here ${limits.concurrentPerRepository}`),
      row('set-up', settings.setup?.run.map((words) => words.join(' ')).join('; ') ?? 'none'),
      row('verify', settings.verify?.map((words) => words.join(' ')).join('; ') ?? 'none: a QA pass proves nothing'),
      row('protected paths', settings.protectedPaths.join(', ') || 'the built-in ones'),
      row('merges without an approval', settings.allowAutoMerge ? 'allowed' : 'not allowed'),
      row('default workflow', file.defaultWorkflow ?? 'none'),
      row('variables', Object.keys(settings.variables).join(', ') || 'none'),
      ...findings.map(
        (one) =>
          `| ${one.severity === 'error' ? 'mistake' : 'note'} | ${code(one.file)} line ${one.line}, column ${one.column}: ${saidOf(one, cell)} |`,
      ),
    ].join('\n'),
  plan: (planned: {
    readonly spec: RunSpec;
    readonly path: string;
    readonly personas: readonly string[];
    readonly replaces: readonly string[];
    readonly permissions: Permissions;
  }) => {
    const { spec, path } = planned;
    const { workflow, settings } = spec;
    return [
      `${code(workflow.id)} (${code(path)}) would run; nothing was started.`,
      '',
      '| step | type | after | only if |',
      '|---|---|---|---|',
      ...allSteps(workflow)
        .filter(({ step }) => !step.implicit)
        .map(
          ({ step }) =>
            `| ${cell(step.name)} | ${asksPersona(step) || doesGit(step) ? code(subjectOf(step)) : step.type} | ` +
            `${step.dependencies.map(code).join(', ') || '–'} | ${step.condition === undefined ? '–' : code(step.condition)} |`,
        ),
      '',
      `- branch: ${workflow.branch === false ? 'none, it only reads' : code(workflow.branch.name ?? `troupe/${spec.task.number ?? ''}-${spec.task.slug}`)}`,
      `- personas: ${planned.personas.map(code).join(', ') || 'none'}, by ${code(settings.defaultProvider)} unless the step says otherwise`,
      `- who may control it: ${planned.permissions.control}; who may approve: ${planned.permissions.approve}`,
      `- cost: ${settings.budget.costUsd === undefined ? 'no limit' : `at most $${settings.budget.costUsd}`}`,
      ...(planned.replaces.length === 0 ? [] : [`- would end ${planned.replaces.map(code).join(', ')}`]),
    ].join('\n');
  },
  wouldStart: (workflow: string) => `\`/troupe run\` would start ${code(workflow)} now.`,
  wouldNot: (reason: string) => `\`/troupe run\` would start nothing now: ${harmless(reason)}.`,
  explain: ({ login, outcome, now, notAsked, runs, waiting, past }: Explained) =>
    [
      `As things are now, asked by ${code(login)}: ${outcome}`,
      '',
      ...now.map(whyLine),
      ...(notAsked.length === 0 ? [] : [`- not asked any more: ${notAsked.map(code).join(', ')}`]),
      '',
      runs.length === 0 ? 'No run yet on this one.' : 'Runs:',
      ...runs.map(
        (run) =>
          `- \`${run.id}\` ${code(run.workflow)}: ${run.status}${run.reason === undefined ? '' : `, ${harmless(run.reason)}`}${commandMessages.inLine(waiting.get(run.id))}`,
      ),
      ...(past.length === 0 ? [] : ['', 'Events, newest first:', ...past.map(pastLine)]),
    ].join('\n'),
  /** Behind `Started …`. */
  queued: (place: PlaceInLine | undefined) =>
    place === undefined ? '' : ` It is number ${place.position} in line${commandMessages.waits(place)}.`,
  /** Behind `queued` in a table or a list. */
  inLine: (place: PlaceInLine | undefined) =>
    place === undefined ? '' : `, number ${place.position} in line${commandMessages.waits(place)}`,
  waits: (place: PlaceInLine) => {
    if (place.waitsFor !== 'runs')
      return place.waitsFor === 'repository'
        ? `, waits for its turn: ${place.limit} at once in this repository (\`concurrent_per_repository\`)`
        : `, waits for its turn: ${place.limit} at once on this server (\`concurrent_runs\`)`;
    const named = place.runs.slice(0, 3).map(({ id }) => code(id));
    return `, waits for ${named.join(', ')}${place.runs.length > 3 ? ` and ${place.runs.length - 3} more` : ''}`;
  },
};

/** Lines below a past event. */
const mostDetails = 6;

/** What happened to a delivery, as one line of Markdown. */
function pastLine({ at, event, sender, state, note }: PastDecision): string {
  const [reason = '', ...why] = (note ?? '').split('\n');
  // that a rule held needs no line of its own here: `troupe explain` has all of them
  const telling = why.filter((line) => !line.startsWith('✓ rule '));
  const turnedBack = telling.filter((line) => line.startsWith('✗ rule '));
  const details = [...turnedBack, ...telling.filter((line) => !turnedBack.includes(line))]
    .slice(0, mostDetails)
    .map((line) => `  - ${harmless(line)}`);
  return [
    `- ${isoTime(at)} ${code(event)}${sender === undefined ? '' : ` by ${code(sender)}`}: ${state}${reason === '' ? '' : `, ${harmless(reason)}`}`,
    ...details,
  ].join('\n');
}

function whyLine({ topic, subject, ok, detail }: Why): string {
  return `- ${ok ? '✓' : '✗'} ${topic} ${code(subject)}: ${harmless(detail)}`;
}

function startedBy(candidate: Candidate, enabled: readonly string[]): string {
  const { id, workflow } = candidate;
  const own = code(`troupe:${id}`);
  if (workflow === undefined) return own;
  const { labels, events, assignees } = otherStarters(id, workflow.trigger);
  const others = [...labels, ...events, ...assignees.map((login) => `assigned to ${login}`)].map(code);
  if (!isAsleep(candidate, enabled) || others.length === 0) return [own, ...others].join(', ');
  return `${own}; once ${code('workflows.enable')} names it also ${others.join(', ')}`;
}

/** The smaller limit; nothing where there is none. */
function moneyRow(name: string, ...limits: readonly (number | undefined)[]): readonly string[] {
  const set = limits.filter((limit) => limit !== undefined);
  return set.length === 0 ? [] : [row(name, `$${Math.min(...set)}`)];
}

function row(name: string, value: string): string {
  return `| ${name} | ${cell(value)} |`;
}

function code(text: string): string {
  return `\`${oneLine(text.replaceAll(/[`<>|]/g, ''), 100).trim() || ' '}\``;
}
