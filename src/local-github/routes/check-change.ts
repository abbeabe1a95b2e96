// Reads from a request what an App says of a check run. Never applies it.
import type { CheckChange } from '../changes/checks.ts';
import { objects, optionalText, optionalWord, text } from '../world/input.ts';
import type { CheckAnnotation } from '../model/index.ts';
import { isObject, defined } from '../../support/index.ts';
import type { RepositoryRequest } from './route.ts';

/** The change that a body asks for. */
export function changeOf(body: RepositoryRequest['body']): CheckChange {
  const output = body['output'];
  return {
    name: optionalText(body, 'name'),
    externalId: optionalText(body, 'external_id'),
    detailsUrl: optionalText(body, 'details_url'),
    status: optionalWord(body, 'status', ['queued', 'in_progress', 'completed']),
    conclusion: optionalWord(body, 'conclusion', [
      'action_required',
      'cancelled',
      'failure',
      'neutral',
      'success',
      'skipped',
      'stale',
      'timed_out',
    ]),
    startedAt: optionalText(body, 'started_at'),
    completedAt: optionalText(body, 'completed_at'),
    output: isObject(output)
      ? {
          title: optionalText(output, 'title'),
          summary: optionalText(output, 'summary'),
          text: optionalText(output, 'text'),
          annotations: objects(output, 'annotations').map(annotationOf),
        }
      : undefined,
    actions:
      body['actions'] === undefined
        ? undefined
        : objects(body, 'actions').map((action) => ({
            label: text(action, 'label'),
            description: text(action, 'description'),
            identifier: text(action, 'identifier'),
          })),
  };
}

function annotationOf(value: Readonly<Record<string, unknown>>): CheckAnnotation {
  const title = optionalText(value, 'title');
  const details = optionalText(value, 'raw_details');
  return {
    path: text(value, 'path'),
    start_line: Number(value['start_line']),
    end_line: Number(value['end_line']),
    annotation_level: text(value, 'annotation_level'),
    message: text(value, 'message'),
    ...defined({ title, raw_details: details }),
    ...(typeof value['start_column'] === 'number' ? { start_column: value['start_column'] } : {}),
    ...(typeof value['end_column'] === 'number' ? { end_column: value['end_column'] } : {}),
  };
}
