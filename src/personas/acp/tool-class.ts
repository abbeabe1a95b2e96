// What an agent says of a tool that it uses → class, places and title, whatever agent it is. Pure. Never believes more than is there.
import { defined, isObject, toJson } from '../../support/index.ts';
import type { ToolCall } from './conversation.ts';
import { outputOf } from './tool-output.ts';

/** Tool kinds of the protocol by the class of a persona's tool. Moving and deleting are edits. */
const classes: Readonly<Record<string, string>> = {
  read: 'read',
  search: 'search',
  edit: 'edit',
  delete: 'edit',
  move: 'edit',
  execute: 'execute',
  fetch: 'web',
};

/** Names under which agents put places into what they give their tools. */
const placeNames =
  /^(?:abs(?:olute)?_?path|(?:file|dir|notebook|old|new|source|target|destination|parent)_?(?:path|file|dir|directory)?|file_?name|paths?|files|cwd|directory|dirs?|folder)$/i;

const mostPlaces = 200;

/** A call with what was known of it before: an update names only what changed. */
export function toolCallOf(
  said: { readonly [key: string]: unknown },
  before: ToolCall | undefined,
): ToolCall | undefined {
  const id = said['toolCallId'];
  if (typeof id !== 'string') return undefined;
  const { kind, title, status } = said;
  const paths = placesOf(said);
  const called = typeof title === 'string' && title !== '' ? title : (before?.title ?? '');
  return {
    id,
    tool: typeof kind === 'string' ? (classes[kind] ?? kind) : (before?.tool ?? 'other'),
    name: typeof said['name'] === 'string' ? said['name'] : (before?.name ?? called),
    title: called,
    paths: paths.length === 0 ? (before?.paths ?? []) : paths,
    state: status === 'completed' ? 'done' : status === 'failed' ? 'failed' : (before?.state ?? 'open'),
    ...defined({
      input: isObject(said['rawInput']) ? toJson(said['rawInput']) : before?.input,
      output: outputOf(said) ?? before?.output,
    }),
  };
}

/** Every place that the call names: where it says it works, whose difference it shows, what it gives its tool. */
function placesOf(said: { readonly [key: string]: unknown }): readonly string[] {
  const places = [
    ...listOf(said['locations']).map((one) => one['path']),
    ...listOf(said['content']).map((one) => (one['type'] === 'diff' ? one['path'] : undefined)),
    ...placesIn(said['rawInput'], 0),
  ];
  return [...new Set(places.filter((place): place is string => typeof place === 'string' && place !== ''))].slice(
    0,
    mostPlaces,
  );
}

function placesIn(input: unknown, depth: number): readonly unknown[] {
  if (depth > 3) return [];
  if (Array.isArray(input)) return input.slice(0, mostPlaces).flatMap((one) => placesIn(one, depth + 1));
  if (!isObject(input)) return [];
  return Object.entries(input).flatMap(([key, value]) => {
    if (!placeNames.test(key)) return typeof value === 'object' ? placesIn(value, depth + 1) : [];
    if (Array.isArray(value)) return value.map((one: unknown) => (typeof one === 'string' ? one : undefined));
    return typeof value === 'string' ? [withoutScheme(value)] : placesIn(value, depth + 1);
  });
}

function withoutScheme(place: string): string {
  return place.startsWith('file://') ? place.slice('file://'.length) : place;
}

function listOf(value: unknown): readonly { readonly [key: string]: unknown }[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
