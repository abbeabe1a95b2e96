// Runs as rows: summaries, listings, and what a summary patch changes. Builds SQL and reads rows; runs nothing.
import type { SQLInputValue } from 'node:sqlite';
import type {
  RunQuery,
  RunSpec,
  RunStatus,
  RunSummary,
  SpentQuery,
  SpentTogether,
  StartQuery,
  SummaryPatch,
} from '../../engine/index.ts';
import { addDecimal } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';
import type { Row } from './database.ts';

/** A statement with its values. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const summaryColumns = `id, status, reason, workflow, workflow_name, repository, task_number, task_title, created_at,
  started_at, finished_at, wake_at, cost_usd, cost_complete, tokens, current_steps, pull_request_url, lock_key,
  priority`;

/** Reads one summary. */
export const selectSummary = `SELECT ${summaryColumns} FROM run WHERE id = ?`;

/** What runs took. A run that waits in line has taken nothing; it begins when it is first driven. */
export function selectSpent({ since, repository, taskNumber, except }: SpentQuery): Statement {
  const where = ['cost_usd IS NOT NULL'];
  const values: SQLInputValue[] = [];
  function filter(condition: string, ...given: SQLInputValue[]): void {
    where.push(condition);
    values.push(...given);
  }
  if (since !== undefined) filter('coalesce(started_at, created_at) >= ?', since);
  // working copies have no number of their own
  if (repository !== undefined && repository.id !== 0) filter('repository_id = ?', repository.id);
  if (repository?.id === 0) filter('repository_id = 0 AND repository = ?', `${repository.owner}/${repository.name}`);
  if (taskNumber !== undefined) filter('task_number = ?', taskNumber);
  if (except !== undefined) filter('id <> ?', except);
  return { sql: `SELECT cost_usd, cost_complete, tokens FROM run WHERE ${where.join(' AND ')}`, values };
}

/** When the nth newest of these runs was started. */
export function selectStart({ repository, requester, nth }: StartQuery): Statement {
  const mine = requester === undefined ? [] : [requester.toLowerCase()];
  const here = repository === undefined ? [] : [repository.id, `${repository.owner}/${repository.name}`];
  const where = [
    ...(requester === undefined ? [] : ['requester = ?']),
    // working copies have no number of their own
    ...(repository === undefined ? [] : ['repository_id = ? AND (repository_id <> 0 OR repository = ?)']),
  ];
  const sql = `SELECT created_at FROM run WHERE ${where.length === 0 ? '1' : where.join(' AND ')}
    ORDER BY created_at DESC LIMIT 1 OFFSET ?`;
  return { sql, values: [...mine, ...here, nth - 1] };
}

/** Added up as decimals: a sum of binary fractions drifts. A run of before did not tell: then nothing may be a price that nobody knew. */
export function spentIn(rows: readonly Row[]): SpentTogether {
  return {
    costUsd: rows.reduce((usd, row) => addDecimal(usd, String(row['cost_usd'])), '0'),
    complete: rows.every((row) => row['cost_complete'] === 1 || (row['cost_complete'] === null && !isNothing(row))),
    tokens: rows.reduce((sum, row) => sum + Number(row['tokens'] ?? 0), 0),
    runs: rows.length,
  };
}

function isNothing(row: Row): boolean {
  return Number(row['cost_usd']) === 0;
}

/** The row of a new run. */
export function insertRun(spec: RunSpec, title: string, now: number): Statement {
  const { repository, task, workflow } = spec;
  return {
    sql: `INSERT INTO run (id, workflow, workflow_name, workflow_hash, repository_id, repository, task_number, task_title,
      status, created_at, lock_key, priority, requester) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING n`,
    values: [
      spec.id,
      workflow.id,
      workflow.name,
      workflow.hash,
      repository?.id ?? null,
      repository === undefined ? null : `${repository.owner}/${repository.name}`,
      task.number ?? null,
      title,
      now,
      spec.lockKey ?? null,
      spec.priority ?? 0,
      spec.requester.login.toLowerCase(),
    ],
  };
}

/** The summary of a row. */
export function summaryOf(row: Row): RunSummary {
  return {
    // The columns are written from typed values only.
    id: row['id'] as RunId,
    status: row['status'] as RunStatus,
    workflow: String(row['workflow']),
    workflowName: String(row['workflow_name']),
    taskTitle: String(row['task_title']),
    createdAt: Number(row['created_at']),
    currentSteps: JSON.parse(String(row['current_steps'])) as string[],
    ...text(row, 'reason', 'reason'),
    ...text(row, 'repository', 'repository'),
    ...number(row, 'task_number', 'taskNumber'),
    ...number(row, 'started_at', 'startedAt'),
    ...number(row, 'finished_at', 'finishedAt'),
    ...number(row, 'wake_at', 'wakeAt'),
    ...text(row, 'cost_usd', 'costUsd'),
    ...(row['cost_complete'] === null ? {} : { costComplete: Number(row['cost_complete']) === 1 }),
    ...number(row, 'tokens', 'tokens'),
    ...text(row, 'pull_request_url', 'pullRequestUrl'),
    ...text(row, 'lock_key', 'lockKey'),
    ...(Number(row['priority']) === 0 ? {} : number(row, 'priority', 'priority')),
  };
}

const noColumns: Statement = { sql: '', values: [] };

/** Columns that the patch changes, as `, column = ?`, so that unchanged columns are left alone. */
export function patchColumns(patch: SummaryPatch): Statement {
  if (Object.keys(patch).length === 0) return noColumns;
  const changes: [string, SQLInputValue][] = [];
  if (patch.status !== undefined) changes.push(['status', patch.status]);
  if (patch.reason !== undefined) changes.push(['reason', patch.reason]);
  if (patch.costUsd !== undefined) changes.push(['cost_usd', patch.costUsd]);
  if (patch.costComplete !== undefined) changes.push(['cost_complete', patch.costComplete ? 1 : 0]);
  if (patch.tokens !== undefined) changes.push(['tokens', patch.tokens]);
  if (patch.currentSteps !== undefined) changes.push(['current_steps', JSON.stringify(patch.currentSteps)]);
  if (patch.pullRequestUrl !== undefined) changes.push(['pull_request_url', patch.pullRequestUrl]);
  return {
    sql: changes.map(([column]) => `, ${column} = ?`).join(''),
    values: changes.map(([, value]) => value),
  };
}

/** How many rows a page has when nothing is said, and at most. */
export const pageLimits = { usual: 50, most: 500 } as const;

/** One row more than the page holds, newest first, so that the caller sees whether there is a next page. */
export function selectPage(query: RunQuery, limit: number): Statement {
  const where: string[] = [];
  const values: SQLInputValue[] = [];
  function filter(condition: string, ...given: SQLInputValue[]): void {
    where.push(condition);
    values.push(...given);
  }
  if (query.status !== undefined) filter(`status IN (${query.status.map(() => '?').join(', ')})`, ...query.status);
  if (query.workflow !== undefined) filter('workflow = ?', query.workflow);
  if (query.repositoryId !== undefined) filter('repository_id = ?', query.repositoryId);
  if (query.taskNumber !== undefined) filter('task_number = ?', query.taskNumber);
  if (query.pullRequest !== undefined) filter('pull_request_url LIKE ?', `%/pull/${query.pullRequest}`);
  if (query.since !== undefined) filter('created_at >= ?', query.since);
  const after = query.after === undefined ? undefined : parseCursor(query.after);
  if (after !== undefined) filter('(created_at, id) < (?, ?)', after.createdAt, after.id);
  const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`;
  return {
    sql: `SELECT ${summaryColumns} FROM run ${condition} ORDER BY created_at DESC, id DESC LIMIT ?`,
    values: [...values, limit + 1],
  };
}

/** Where the next page begins. */
export function cursorOf(last: RunSummary): string {
  return Buffer.from(`${last.createdAt}:${last.id}`).toString('base64url');
}

function parseCursor(cursor: string): { readonly createdAt: number; readonly id: string } | undefined {
  const match = /^(\d+):(r[a-z2-7]+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  return match === null ? undefined : { createdAt: Number(match[1]), id: match[2] ?? '' };
}

function text<Key extends string>(row: Row, column: string, key: Key): { readonly [K in Key]?: string } {
  const value = row[column];
  // A computed key widens to string; it is the one key that was asked for.
  return (typeof value === 'string' ? { [key]: value } : {}) as { readonly [K in Key]?: string };
}

function number<Key extends string>(row: Row, column: string, key: Key): { readonly [K in Key]?: number } {
  const value = row[column];
  // A computed key widens to string; it is the one key that was asked for.
  return (typeof value === 'number' ? { [key]: value } : {}) as { readonly [K in Key]?: number };
}
