// Whether something that happened starts a workflow, and why. Decides only; permission and priority are the coordinator's.
import { evaluateExpression } from './expression/evaluate.ts';
import { isTruthy } from './expression/operators.ts';
import type { Scope, Trigger } from './model/types.ts';

/** What happened. `event` is GitHub's webhook name with its action: `issues.labeled`. */
export interface Occurrence {
  /** The labels that count: the one just put on, or all of the task. */
  readonly labels: readonly string[];
  readonly event?: string;
  /** The cron expression of a schedule of GitHub Actions. */
  readonly schedule?: string;
  readonly assignees?: readonly string[];
  /** For the condition: `task` and `event`. */
  readonly scope: Scope;
}

/** The answer, with a sentence for each part that matched or failed. */
export interface TriggerMatch {
  readonly matched: boolean;
  readonly reasons: readonly string[];
}

/** Whether the trigger matches: any of its labels, events or assignees, and its condition. */
export function matchTrigger(trigger: Trigger, occurrence: Occurrence): TriggerMatch {
  const ways = [
    labelReason(trigger, occurrence.labels),
    eventReason(trigger, occurrence.event),
    scheduleReason(trigger, occurrence),
    assigneeReason(trigger, occurrence.assignees ?? []),
  ].filter((way) => way !== undefined);
  if (ways.length === 0) return { matched: false, reasons: ['it names no labels, events, assignees or schedule'] };
  const matching = ways.filter((way) => way.matched);
  if (matching.length === 0) return { matched: false, reasons: ways.map(({ reason }) => reason) };
  const reasons = matching.map(({ reason }) => reason);
  const condition = conditionReason(trigger, occurrence.scope);
  if (condition === undefined) return { matched: true, reasons };
  return { matched: condition.matched, reasons: [...reasons, condition.reason] };
}

interface Way {
  readonly matched: boolean;
  readonly reason: string;
}

function labelReason(trigger: Trigger, labels: readonly string[]): Way | undefined {
  if (trigger.labels.length === 0) return undefined;
  const found = common(trigger.labels, labels);
  return found === undefined
    ? { matched: false, reason: `none of its labels is there (${trigger.labels.join(', ')})` }
    : { matched: true, reason: `the label \`${found}\` is one of its labels` };
}

function eventReason(trigger: Trigger, event: string | undefined): Way | undefined {
  if (trigger.events.length === 0) return undefined;
  const found = trigger.events.find((name) => name === event || (event ?? '').split('.')[0] === name);
  return found === undefined
    ? { matched: false, reason: `it waits for ${trigger.events.join(', ')}, not for ${event ?? 'no event'}` }
    : { matched: true, reason: `it waits for the event \`${found}\`` };
}

/** Whether the trigger names this cron expression; spaces do not matter. */
export function isOnSchedule({ schedule = [] }: Trigger, cron: string | undefined): boolean {
  return cron !== undefined && schedule.some((one) => spaced(one.cron) === spaced(cron));
}

function scheduleReason(trigger: Trigger, { event, schedule }: Occurrence): Way | undefined {
  const own = (trigger.schedule ?? []).map(({ cron }) => cron);
  if (own.length === 0) return undefined;
  if (isOnSchedule(trigger, schedule)) return { matched: true, reason: `\`${schedule}\` is its schedule` };
  const other = event === 'schedule' ? `\`${schedule ?? 'none'}\`` : (event ?? 'no event');
  return { matched: false, reason: `its schedule is ${own.map((cron) => `\`${cron}\``).join(', ')}, not ${other}` };
}

function spaced(cron: string): string {
  return cron.trim().split(/\s+/).join(' ').toUpperCase();
}

function assigneeReason(trigger: Trigger, assignees: readonly string[]): Way | undefined {
  if (trigger.assignees.length === 0) return undefined;
  const found = common(trigger.assignees, assignees);
  return found === undefined
    ? { matched: false, reason: `none of its assignees is there (${trigger.assignees.join(', ')})` }
    : { matched: true, reason: `it is assigned to \`${found}\`` };
}

function conditionReason(trigger: Trigger, scope: Scope): Way | undefined {
  if (trigger.condition === undefined) return undefined;
  const result = evaluateExpression(trigger.condition, scope);
  if (!result.ok) return { matched: false, reason: `its condition cannot be answered: ${result.message}` };
  const matched = isTruthy(result.value);
  const about = result.warnings.length === 0 ? '' : ` (${result.warnings.join('; ')})`;
  return { matched, reason: `its condition is ${matched ? 'true' : 'false'}: ${trigger.condition}${about}` };
}

/** GitHub's labels and logins do not tell upper from lower case. */
function common(wanted: readonly string[], given: readonly string[]): string | undefined {
  const have = new Set(given.map((name) => name.toLowerCase()));
  return wanted.find((name) => have.has(name.toLowerCase()));
}
