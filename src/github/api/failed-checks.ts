// What checks of other Apps say that failed: title, summary and annotations, cut to what a prompt can take. Reads only.
import { fit } from '../../support/index.ts';
import { limits } from '../client/limits.ts';
import type { FailedCheck, RepositoryApi } from '../client/types.ts';
import { at, idOf } from './scope.ts';
import type { Scope } from './scope.ts';

/** Checks that are read, and annotations of each: more helps nobody. */
const most = { checks: 10, annotations: 20, summaryBytes: 4_000, messageBytes: 500 } as const;
const badConclusions: ReadonlySet<string> = new Set(['failure', 'timed_out', 'startup_failure', 'action_required']);

/** The call about a suite that failed. */
export function failedCheckCalls(scope: Scope): Required<Pick<RepositoryApi, 'failedChecks'>> {
  const { client, redactor } = scope;
  const cut = (text: string, bytes: number): string => fit(redactor.text(text), bytes);
  async function annotationsOf(check: number): Promise<FailedCheck['annotations']> {
    const { data } = await client.read(`read the annotations of check ${check}`, (request) =>
      request('GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations', {
        ...at(scope),
        check_run_id: check,
        per_page: most.annotations,
      }),
    );
    return data.map(({ path, start_line: line, message }) => ({
      path,
      line,
      message: cut(message ?? '', most.messageBytes),
    }));
  }
  return {
    async failedChecks(suite) {
      const { data } = await client.read(`read the checks of suite ${suite}`, (request) =>
        request('GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs', {
          ...at(scope),
          check_suite_id: suite,
          per_page: limits.pageSize,
        }),
      );
      const failed = data.check_runs.filter(({ conclusion }) => badConclusions.has(conclusion ?? ''));
      return Promise.all(
        failed.slice(0, most.checks).map(async ({ id, name, conclusion, html_url: url, output }) => ({
          name,
          conclusion: conclusion ?? '',
          summary: cut(
            [output.title, output.summary, output.text].filter((part) => (part ?? '') !== '').join('\n\n'),
            most.summaryBytes,
          ),
          url: url ?? '',
          annotations: output.annotations_count > 0 ? await annotationsOf(idOf(id)) : [],
        })),
      );
    },
  };
}
