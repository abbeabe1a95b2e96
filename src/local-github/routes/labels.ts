// Routes of labels, of the repository and on its issues. What they change is in changes/labels.ts.
import { addLabels, createLabel, deleteLabel, editLabel, removeLabel } from '../changes/labels.ts';
import { optionalText, text, texts } from '../world/input.ts';
import type { Label } from '../model/index.ts';
import { created, noContent, notFound, ok, page } from '../world/replies.ts';
import { labelShape } from '../shapes/issue.ts';
import { readsIssues, writesIssues } from './issue-grants.ts';
import { issueOf, labelOf } from './lookups.ts';
import { onRepository } from './route.ts';
import type { RepositoryRequest, Route } from './route.ts';

/** `/labels…` and `/issues/{issue_number}/labels…`. */
export const labelRoutes: readonly Route[] = [
  onRepository('GET /issues/{issue_number}/labels', readsIssues, (request) =>
    page(request.url, issueOf(request).labels, (some) => labelShapes(request, some)),
  ),
  onRepository('POST /issues/{issue_number}/labels', writesIssues, async (request) => {
    const issue = issueOf(request);
    await addLabels(request, issue, texts(request.body, 'labels'));
    return ok(labelShapes(request, issue.labels));
  }),
  onRepository('DELETE /issues/{issue_number}/labels/{name}', writesIssues, async (request) => {
    const issue = issueOf(request);
    if (!(await removeLabel(request, issue, request.params['name'] ?? ''))) throw notFound('Label does not exist');
    return ok(labelShapes(request, issue.labels));
  }),
  onRepository('GET /labels', readsIssues, (request) =>
    page(request.url, request.repository.labels, (some) => labelShapes(request, some)),
  ),
  onRepository('POST /labels', writesIssues, async (request) => {
    const { body } = request;
    const label = await createLabel(request, {
      name: text(body, 'name'),
      color: optionalText(body, 'color') ?? 'ededed',
      description: optionalText(body, 'description') ?? null,
    });
    return created(labelShape(request, label));
  }),
  onRepository('GET /labels/{name}', readsIssues, (request) => ok(labelShape(request, labelOf(request)))),
  onRepository('PATCH /labels/{name}', writesIssues, async (request) => {
    const { body } = request;
    const label = labelOf(request);
    await editLabel(request, label, {
      name: optionalText(body, 'new_name') ?? label.name,
      color: optionalText(body, 'color') ?? label.color,
      description: optionalText(body, 'description') ?? label.description,
    });
    return ok(labelShape(request, label));
  }),
  onRepository('DELETE /labels/{name}', writesIssues, async (request) => {
    await deleteLabel(request, labelOf(request));
    return noContent();
  }),
];

function labelShapes(request: RepositoryRequest, labels: readonly Label[]) {
  return labels.map((label) => labelShape(request, label));
}
