// The gates before GitHub: words that a call or a request would show are redacted, whoever wrote them and whatever was done before. Names and ids stay.
import { isObject } from '../../support/index.ts';
import type { Redactor } from '../../support/index.ts';

/** What holds words for people, in requests of REST and in variables of GraphQL. */
const wordy: ReadonlySet<string> = new Set([
  'body',
  'title',
  'summary',
  'text',
  'message',
  'description',
  'commit_message',
  'commit_title',
  'raw_details',
  'rawDetails',
  'caption',
  'label',
]);
/** Parts of a request that are ours: where it goes, and with which credentials. */
const ours: ReadonlySet<string> = new Set(['headers', 'request', 'url', 'baseUrl', 'method', 'mediaType', 'query']);
const deepest = 12;

/** Redacts the words of a request, in place. */
export function redactWords(request: Record<string, unknown>, redactor: Redactor): void {
  for (const [key, value] of Object.entries(request))
    if (!ours.has(key))
      request[key] = redacted(value, { key: isTitle(key, request) ? 'title' : key, depth: 0, redactor });
}

/**
 * The calls of an API with their words redacted before anything else is done with them: what is cut to GitHub's limits first may be cut in
 * the middle of a secret, and half of one is none that anybody finds later. `spoken`: which argument of a call is words by itself.
 */
export function withWordsRedacted<Api extends object>(
  api: Api,
  { redactor, spoken }: { readonly redactor: Redactor; readonly spoken: Readonly<Record<string, number>> },
): Api {
  const gated = Object.entries(api).map(([name, call]: readonly [string, unknown]) => {
    if (typeof call !== 'function') return [name, call];
    const place = spoken[name];
    const told = (...args: readonly unknown[]): unknown =>
      call(...args.map((arg, at) => redacted(arg, { key: at === place ? 'text' : '', depth: 0, redactor })));
    return [name, told];
  });
  // the same names with calls of the same kind
  return Object.fromEntries(gated) as Api;
}

/** What people read above a release; other names say which one is meant. */
function isTitle(key: string, request: object): boolean {
  return key === 'name' && (Object.hasOwn(request, 'tag_name') || Object.hasOwn(request, 'tag'));
}

function redacted(
  value: unknown,
  { key, depth, redactor }: { readonly key: string; readonly depth: number; readonly redactor: Redactor },
): unknown {
  if (typeof value === 'string') return wordy.has(key) ? redactor.text(value) : value;
  if (depth > deepest) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, { key, depth: depth + 1, redactor }));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      redacted(item, { key: isTitle(name, value) ? 'title' : name, depth: depth + 1, redactor }),
    ]),
  );
}
