// GitHub's answers: errors as it words them, lists in pages. Never decides when one is due.

/** An answer of the API before it is written out. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of JSON. */
  readonly raw?: { readonly bytes: Uint8Array | string; readonly type: string };
}

/** An error that GitHub would answer with. */
export class HttpError extends Error {
  readonly reply: Reply;

  constructor(status: number, body: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) {
    super(
      `${status} ${String(body['message'])}${body['errors'] === undefined ? '' : ` ${JSON.stringify(body['errors'])}`}`,
    );
    this.name = 'HttpError';
    this.reply = {
      status,
      body: { ...body, documentation_url: 'https://docs.github.com/rest', status: String(status) },
      headers,
    };
  }
}

/** 404, also for what one may not know of. */
export function notFound(message = 'Not Found'): HttpError {
  return new HttpError(404, { message });
}

/** 422 with a sentence. */
export function unprocessable(message: string): HttpError {
  return new HttpError(422, { message });
}

/** 422 as GitHub words failed validations. */
export function validationFailed(error: {
  readonly resource: string;
  readonly field?: string;
  readonly code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'custom' | 'unprocessable';
  readonly message?: string;
}): HttpError {
  return new HttpError(422, { message: 'Validation Failed', errors: [error] });
}

/** 403 with a sentence. */
export function forbidden(message: string, headers?: Readonly<Record<string, string>>): HttpError {
  return new HttpError(403, { message }, headers);
}

/** 401 with a sentence. */
export function unauthorized(message = 'Bad credentials'): HttpError {
  return new HttpError(401, { message });
}

/** 200 with JSON. */
export function ok(body: unknown): Reply {
  return { status: 200, body };
}

/** 201 with JSON. */
export function created(body: unknown): Reply {
  return { status: 201, body };
}

/** 204. */
export function noContent(): Reply {
  return { status: 204 };
}

/** One page of a list, with GitHub's Link header. `wrap` makes the body of the page's items. */
export function page<T>(
  url: URL,
  items: readonly T[],
  wrap: (items: readonly T[], total: number) => unknown = (all) => all,
): Reply {
  const { size, number } = wanted(url);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links: string[] = [];
  if (number > 1) links.push(link(url, number - 1, 'prev'));
  if (number < last) links.push(link(url, number + 1, 'next'), link(url, last, 'last'));
  if (number > 1) links.push(link(url, 1, 'first'));
  return {
    status: 200,
    body: wrap(itemsOn(url, items), items.length),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  };
}

/** The items on the page that the URL asks for. */
export function itemsOn<T>(url: URL, items: readonly T[]): readonly T[] {
  const { size, number } = wanted(url);
  return items.slice((number - 1) * size, number * size);
}

function wanted(url: URL): { readonly size: number; readonly number: number } {
  const size = Math.min(100, Math.max(1, Number(url.searchParams.get('per_page') ?? 30) || 30));
  return { size, number: Math.max(1, Number(url.searchParams.get('page') ?? 1) || 1) };
}

function link(url: URL, number: number, relation: string): string {
  const to = new URL(url);
  to.searchParams.set('page', String(number));
  return `<${to.href}>; rel="${relation}"`;
}
