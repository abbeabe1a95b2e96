// Check runs and commit statuses, cut to GitHub's limits. Never decides what they say.
import { byteLength, fit, isSha, oneLine, defined } from '../../support/index.ts';
import type { Sha } from '../../support/index.ts';
import { allPages } from '../client/client.ts';
import type { WriteOptions } from '../client/client.ts';
import { limits } from '../client/limits.ts';
import type { CheckAnnotation, CheckConclusion, CheckRunInfo, CheckRunWrite, RepositoryApi } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

interface CheckAnswer {
  readonly id: Id;
  readonly name: string;
  readonly head_sha: string;
  readonly external_id: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly started_at?: string | null;
  readonly output: { readonly title?: string | null; readonly annotations_count: number };
}

type CheckCalls = Pick<RepositoryApi, 'findCheckRuns' | 'createCheckRun' | 'updateCheckRun' | 'commitStatus'>;

/** Calls about checks. */
export function checkCalls(scope: Scope): CheckCalls {
  const { client } = scope;

  async function update(id: number, check: CheckRunWrite, { write }: WriteOptions): Promise<void> {
    const [first = [], ...rest] = batches(check.annotations ?? []);
    const what = `update check "${check.name}" of ${named(scope)}`;
    const send =
      (annotations: readonly CheckAnnotation[]) => (request: Parameters<Parameters<typeof client.read>[1]>[0]) =>
        request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
          ...at(scope),
          check_run_id: id,
          ...checkBody(check, annotations),
        });
    // GitHub appends annotations: a request that carries some must not be sent twice.
    if (first.length === 0) await client.change(what, { write }, send(first));
    else await client.once(what, { write }, send(first));
    for (const more of rest) await client.once(what, { write }, send(more));
  }

  return {
    async findCheckRuns(headSha) {
      const rows = await allPages<CheckAnswer>(async (page) => {
        const { data } = await client.read(`read the checks of ${headSha.slice(0, 7)}`, (request) =>
          request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
            ...at(scope),
            ...page,
            ref: headSha,
            filter: 'all',
          }),
        );
        return data.check_runs;
      });
      return rows.map(toCheckRunInfo);
    },

    async createCheckRun(check, write) {
      const [first = [], ...rest] = batches(check.annotations ?? []);
      const { data } = await client.once(`create check "${check.name}" in ${named(scope)}`, { write }, (request) =>
        request('POST /repos/{owner}/{repo}/check-runs', {
          ...at(scope),
          head_sha: check.headSha,
          external_id: check.externalId,
          ...checkBody(check, first),
        }),
      );
      if (rest.length > 0) await update(idOf(data.id), { ...check, annotations: rest.flat() }, { write });
      return toCheckRunInfo(data);
    },

    updateCheckRun: (id, check, write) => update(id, check, { write }),

    commitStatus: (sha, status) => commitStatus(scope, sha, status),
  };
}

async function commitStatus(scope: Scope, ...[sha, status]: Parameters<CheckCalls['commitStatus']>): Promise<void> {
  await scope.client.change(`set status "${status.context}" in ${named(scope)}`, {}, (request) =>
    request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...at(scope),
      sha,
      context: status.context,
      state: status.state,
      description: oneLine(status.description, limits.statusDescriptionCharacters),
      ...defined({ target_url: status.targetUrl }),
    }),
  );
}

/** A check as the REST API takes it, cut to GitHub's limits. */
export function checkBody(check: CheckRunWrite, annotations: readonly CheckAnnotation[]) {
  const completed = check.status === 'completed';
  return {
    name: check.name,
    // GitHub infers `completed` from a conclusion and refuses one beside another status.
    ...(completed
      ? { status: 'completed' as const, conclusion: check.conclusion ?? ('neutral' as const) }
      : { status: check.status }),
    ...defined({ started_at: check.startedAt }),
    ...(check.completedAt === undefined || !completed ? {} : { completed_at: check.completedAt }),
    ...defined({ details_url: check.detailsUrl }),
    output: {
      title: oneLine(check.title, limits.checkTitleCharacters),
      summary: fit(check.summary, limits.checkSummaryBytes),
      ...(check.text === undefined || check.text === '' ? {} : { text: fit(check.text, limits.checkTextBytes) }),
      ...(annotations.length === 0 ? {} : { annotations: annotations.map(toAnnotation) }),
    },
    ...(completed && check.actions !== undefined
      ? { actions: check.actions.slice(0, limits.checkActions).map(toAction) }
      : {}),
  };
}

function toAnnotation(annotation: CheckAnnotation) {
  const startLine = Math.max(1, annotation.startLine);
  return {
    path: annotation.path,
    start_line: startLine,
    end_line: Math.max(startLine, annotation.endLine),
    annotation_level: annotation.level,
    // An empty message is refused.
    message:
      byteLength(annotation.message) === 0 ? '(no message)' : fit(annotation.message, limits.annotationMessageBytes),
    ...(annotation.title === undefined ? {} : { title: oneLine(annotation.title, limits.annotationTitleCharacters) }),
  };
}

function toAction(action: { readonly label: string; readonly description: string; readonly identifier: string }) {
  return {
    label: oneLine(action.label, limits.checkActionLabel),
    description: oneLine(action.description, limits.checkActionDescription),
    identifier: action.identifier.slice(0, limits.checkActionIdentifier),
  };
}

function batches(annotations: readonly CheckAnnotation[]): readonly (readonly CheckAnnotation[])[] {
  const size = limits.annotationsPerRequest;
  return Array.from({ length: Math.ceil(annotations.length / size) }, (_, index) =>
    annotations.slice(index * size, (index + 1) * size),
  );
}

const statuses = ['queued', 'in_progress', 'completed'] as const;
const conclusions: readonly CheckConclusion[] = [
  'success',
  'failure',
  'neutral',
  'cancelled',
  'timed_out',
  'action_required',
  'skipped',
];

function toCheckRunInfo(answer: CheckAnswer): CheckRunInfo {
  return {
    id: idOf(answer.id),
    name: answer.name,
    headSha: shaOf(answer.head_sha),
    externalId: answer.external_id ?? '',
    status: statuses.find((status) => status === answer.status) ?? 'queued',
    conclusion: conclusions.find((conclusion) => conclusion === answer.conclusion) ?? null,
    annotations: answer.output.annotations_count,
    ...defined({ title: answer.output.title ?? undefined, startedAt: answer.started_at ?? undefined }),
  };
}

function shaOf(text: string): Sha {
  if (isSha(text)) return text;
  throw new TypeError(`not a commit id: ${text}`);
}
