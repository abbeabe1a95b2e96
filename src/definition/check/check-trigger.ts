// What starts a workflow: words a schema cannot hold against a list.
import type { JsonObject } from '../../support/index.ts';
import { nearestName } from '../suggest.ts';
import { objectOf } from './known-names.ts';
import type { Report } from './report.ts';
import { stringsOf } from './source-steps.ts';

/** Webhooks of GitHub that say something happened in a repository. */
const webhooks: readonly string[] = (
  'branch_protection_rule check_run check_suite commit_comment create delete deployment deployment_status discussion ' +
  'discussion_comment fork issue_comment issues label member merge_group milestone page_build public pull_request ' +
  'pull_request_review pull_request_review_comment pull_request_review_thread push registry_package release repository ' +
  'repository_dispatch status sub_issues watch workflow_dispatch workflow_job workflow_run'
).split(' ');

/** Reports schedules, labels with a meaning of their own and events that GitHub does not send. */
export function checkTrigger(file: JsonObject, report: Report): void {
  const trigger = objectOf(file['trigger']);
  if (Object.hasOwn(trigger, 'schedule'))
    report({
      code: 'capability/schedule',
      path: 'trigger.schedule',
      on: 'key',
      message: 'This version of Troupe cannot start workflows by the clock yet',
      hint: 'Start it with a label or from GitHub Actions.',
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
