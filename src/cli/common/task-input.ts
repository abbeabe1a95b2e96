// The task that the command line names: words, a file, standard input. Decides only.
import type { Task } from '../../engine/index.ts';
import {
  defined,
  isObject,
  milestoneFacts,
  nearest,
  parseJson,
  slug,
  toJson,
  TroupeError,
} from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { cliMessages } from './messages.ts';

const keys = [
  'number',
  'title',
  'body',
  'labels',
  'type',
  'scope',
  'priority',
  'severity',
  'url',
  'author',
  'milestone',
  'project',
  'state',
  'fields',
  'comments',
] as const;

/** A task from a title and a text. */
export function taskFromWords(title: string, body: string): Task {
  return { kind: 'cli', title, body, labels: [], slug: slug(title), fields: {} };
}

/** A task from a text: the first line is its title. */
export function taskFromText(text: string): Task {
  const [title = '', ...rest] = text.trim().split(/\r?\n/);
  return taskFromWords(title.trim(), rest.join('\n').trim());
}

/** A task from JSON: what `gh issue view --json …` or the API prints of an issue. Throws `cli/bad-task` naming the key. */
export function taskFromJson(text: string, where: string): Task {
  const value = parse(text, where);
  const title = value['title'];
  if (typeof title !== 'string' || title.trim() === '') throw bad(where, cliMessages.taskNeedsTitle());
  const fields = isObject(value['fields']) ? toJson(value['fields']) : {};
  const number = value['number'];
  const facts = milestoneFacts(value['milestone']);
  return {
    kind: 'cli',
    title,
    body: textOf(value['body']) ?? '',
    labels: labelsOf(value['labels']),
    slug: slug(title),
    ...(typeof number === 'number' && Number.isInteger(number) ? { number } : {}),
    ...strings(value, ['type', 'scope', 'priority', 'severity', 'project', 'state']),
    ...named(value, 'url', value['html_url'] ?? value['url']),
    ...named(value, 'author', loginOf(value['author'] ?? value['user'])),
    ...named(value, 'milestone', titleOf(value['milestone'])),
    ...defined({ milestoneFacts: facts, comments: commentsOf(value['comments']) }),
    // toJson of an object is an object
    fields: { ...(fields as JsonObject), ...unknownKeys(value) },
  };
}

function parse(text: string, where: string): { readonly [key: string]: unknown } {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw bad(where, cliMessages.taskNotJson(error instanceof Error ? error.message : ''));
  }
  if (!isObject(value)) throw bad(where, cliMessages.taskNotObject());
  for (const key of Object.keys(value)) {
    const near = nearest(key, keys);
    if (near !== undefined && near !== key && !Object.hasOwn(value, near) && key.toLowerCase() === near)
      throw bad(where, cliMessages.taskKey(key, near));
  }
  return value;
}

/** Anything simple that the file says besides is a field: `performance_critical: true`. */
function unknownKeys(value: { readonly [key: string]: unknown }): JsonObject {
  const known = new Set<string>([...keys, 'html_url', 'user']);
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, item]) =>
          !known.has(key) && /^[a-z][a-z0-9_]*$/.test(key) && ['string', 'number', 'boolean'].includes(typeof item),
      )
      .map(([key, item]) => [key, toJson(item)]),
  );
}

function labelsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((label: unknown) => {
    if (typeof label === 'string') return [label];
    return isObject(label) && typeof label['name'] === 'string' ? [label['name']] : [];
  });
}

/** As `gh issue view --json comments` prints them, or as a run keeps them. GitHub's own numbers of comments are no comments. */
function commentsOf(value: unknown): Task['comments'] {
  if (!Array.isArray(value)) return undefined;
  return value.filter(isObject).map((comment) => {
    const login = loginOf(comment['author'] ?? comment['user']);
    const told = comment['mayWrite'];
    const association = textOf(comment['authorAssociation'] ?? comment['author_association']);
    return {
      author: textOf(login) ?? 'ghost',
      body: textOf(comment['body']) ?? '',
      ...defined({
        mayWrite: typeof told === 'boolean' ? told : mayWriteBy(association),
        at: textOf(comment['at'] ?? comment['createdAt'] ?? comment['created_at']),
      }),
    };
  });
}

/** Members and collaborators may have any permission: nobody knows. */
function mayWriteBy(association: string | undefined): boolean | undefined {
  if (association === undefined || association === 'MEMBER' || association === 'COLLABORATOR') return undefined;
  return association === 'OWNER';
}

function strings(value: { readonly [key: string]: unknown }, names: readonly string[]): Partial<Task> {
  return Object.fromEntries(names.flatMap((name) => (typeof value[name] === 'string' ? [[name, value[name]]] : [])));
}

function named(_value: unknown, name: 'url' | 'author' | 'milestone', found: unknown): Partial<Task> {
  return typeof found === 'string' ? { [name]: found } : {};
}

function loginOf(value: unknown): unknown {
  return isObject(value) ? value['login'] : value;
}

function titleOf(value: unknown): unknown {
  return isObject(value) ? value['title'] : value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function bad(where: string, problem: string): TroupeError {
  return new TroupeError('cli/bad-task', `Cannot read a task from ${where}: ${problem}`, {
    class: 'config',
    hint: cliMessages.taskHint,
  });
}
