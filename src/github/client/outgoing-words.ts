// The last gate before GitHub: words that a request would show are redacted, whoever wrote them and whatever was done before. Names and ids stay.
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

/** What people read above a release; other names say which one is meant. */
function isTitle(key: string, request: Record<string, unknown>): boolean {
  return key === 'name' && Object.hasOwn(request, 'tag_name');
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
    Object.entries(value).map(([name, item]) => [name, redacted(item, { key: name, depth: depth + 1, redactor })]),
  );
}
