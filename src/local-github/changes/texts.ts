// Limits of what people write: titles, bodies, comments, labels. Never changes what was written.
import { unprocessable, validationFailed } from '../world/replies.ts';

const bodyLimit = 65_536;

/** Limits of titles and bodies. */
export function checkText(resource: string, title: string, body: string | null | undefined): void {
  if (title.trim() === '') throw validationFailed({ resource, code: 'missing_field', field: 'title' });
  if (Array.from(title).length > 256)
    throw validationFailed({
      resource,
      code: 'custom',
      field: 'title',
      message: 'title is too long (maximum is 256 characters)',
    });
  if (body !== null && body !== undefined && Array.from(body).length > bodyLimit)
    throw validationFailed({
      resource,
      code: 'custom',
      field: 'body',
      message: `body is too long (maximum is ${bodyLimit} characters)`,
    });
}

/** Limits of comments. */
export function checkComment(body: string): void {
  if (body.trim() === '') throw unprocessable('Validation Failed: Body cannot be blank');
  if (Array.from(body).length > bodyLimit)
    throw validationFailed({
      resource: 'IssueComment',
      code: 'unprocessable',
      field: 'data',
      message: `Body is too long (maximum is ${bodyLimit} characters)`,
    });
}

/** Limits of label names and descriptions. */
export function checkLabel(wish: {
  readonly name: string;
  readonly color: string;
  readonly description: string | null;
}): void {
  const invalid = (field: string, message: string) =>
    validationFailed({ resource: 'Label', code: 'custom', field, message });
  if (wish.name.trim() === '') throw validationFailed({ resource: 'Label', code: 'missing_field', field: 'name' });
  if (Array.from(wish.name).length > 50) throw invalid('name', 'name is too long (maximum is 50 characters)');
  if (!/^[0-9a-f]{6}$/i.test(wish.color))
    throw validationFailed({ resource: 'Label', code: 'invalid', field: 'color' });
  if (Array.from(wish.description ?? '').length > 100)
    throw invalid('description', 'description is too long (maximum is 100 characters)');
}
