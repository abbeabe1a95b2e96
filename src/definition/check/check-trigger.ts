// What starts a workflow: words a schema cannot hold against a list.
import type { JsonObject } from '../../support/index.ts';
import { nearestName } from '../model/suggest.ts';
import { objectOf, stringsOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';

/** Webhooks of GitHub that say something happened in a repository, and `schedule`, which jobs of Actions have. */
const webhooks: readonly string[] = (
  'branch_protection_rule check_run check_suite commit_comment create delete deployment deployment_status discussion ' +
  'discussion_comment fork issue_comment issues label member merge_group milestone page_build public pull_request ' +
  'pull_request_review pull_request_review_comment pull_request_review_thread push registry_package release repository ' +
  'repository_dispatch schedule status sub_issues watch workflow_dispatch workflow_job workflow_run'
).split(' ');

/** Reports schedules, labels with a meaning of their own and events that GitHub does not send. */
export function checkTrigger(file: JsonObject, report: Report): void {
  const trigger = objectOf(file['trigger']);
  if (Object.hasOwn(trigger, 'schedule'))
    report({
      code: 'capability/schedule',
      severity: 'warning',
      path: 'trigger.schedule',
      on: 'key',
      message: 'This version of Troupe starts no workflow by the clock itself',
      hint: 'A job of GitHub Actions with the same `cron` under `on.schedule` does.',
    });
  for (const [index, event] of stringsOf(trigger['events']).entries()) {
    const name = event.split('.')[0] ?? '';
    if (webhooks.includes(name)) continue;
    const near = nearestName(name, webhooks);
    report({
      code: 'references/unknown-event',
      path: `trigger.events[${index}]`,
      message: `GitHub sends no event \`${name}\``,
      hint: near === undefined ? 'Names are those of webhooks: issues.opened.' : `Did you mean \`${near}\`?`,
    });
  }
}
