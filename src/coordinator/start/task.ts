// Issue or pull request → task. Explicit signs only: labels, GitHub's issue type, form fields; never guessed from words in the text.
import type { Task } from '../../engine/index.ts';
import { slug, toJson, defined } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { fieldName } from './field-name.ts';
import type { Subject } from '../common/payload.ts';
import type { RepositoryFile } from '../common/types.ts';

type Aspect = 'type' | 'scope' | 'priority' | 'severity';

/** The task that a run works for, with title and body as they were when the event happened. */
export async function taskOf(subject: Subject, labelMap: RepositoryFile['labels'] = {}): Promise<Task> {
  const said = subject.labels.map((label) => saidBy(label, labelMap));
  const form = await formOf(subject);
  const fields: JsonObject = Object.assign({}, form, ...said.map((one) => one.fields ?? {}));
  const aspect = (name: Aspect, between?: string): string | undefined =>
    said.map((one) => one[name]).find((value) => value !== undefined) ?? between ?? word(form[name]);
  const type = aspect('type', subject.type?.toLowerCase());
  const scope = aspect('scope') ?? word(form['size']);
  const priority = aspect('priority');
  const severity = aspect('severity');
  return {
    kind: subject.isPullRequest ? 'pull_request' : 'issue',
    number: subject.number,
    title: subject.title,
    body: subject.body,
    labels: subject.labels,
    ...defined({ type, scope, priority, severity }),
    slug: slug(subject.title),
    url: subject.url,
    author: subject.author,
    ...defined({ milestone: subject.milestone, milestoneFacts: subject.milestoneFacts }),
    state: subject.state,
    fields,
  };
}

/** What an issue form asked. The Markdown parser is loaded only for a text that may be one. */
async function formOf({ isPullRequest, body }: Subject): Promise<JsonObject> {
  if (isPullRequest || !/^###/m.test(body)) return {};
  const { formFields } = await import('./issue-form.ts');
  return formFields(body);
}

/** Names of the closed type Task: a field of the same name is read as `task.fields.<name>` only. */
const taskNames = new Set(
  'kind number title body labels type scope priority severity slug url author project milestone milestoneFacts state fields'.split(
    ' ',
  ),
);

/** The task as expressions read it: its fields stand beside its own names where none clashes (decision 15). */
export function taskForExpressions(task: Task): JsonObject {
  const fields = Object.entries(task.fields).filter(([name]) => !taskNames.has(name));
  // a task holds plain values only
  return { ...Object.fromEntries(fields), ...(toJson(task) as JsonObject) };
}

interface Said extends Partial<Record<Aspect, string>> {
  readonly fields?: JsonObject;
}

/** What one label says: by the repository's map, else by its own form `priority: high`, `size/large`. */
function saidBy(label: string, labelMap: RepositoryFile['labels']): Said {
  const mapped = Object.entries(labelMap).find(([name]) => name.toLowerCase() === label.toLowerCase())?.[1];
  if (mapped !== undefined) return mapped;
  const [, key, value] = /^(type|kind|scope|size|priority|severity)\s*[:/=](.*\S)/i.exec(label) ?? [];
  if (key === undefined || value === undefined) return {};
  const aspect = {
    type: 'type',
    kind: 'type',
    scope: 'scope',
    size: 'scope',
    priority: 'priority',
    severity: 'severity',
  }[key.toLowerCase()];
  return aspect === undefined ? {} : { [aspect]: value.trim().toLowerCase() };
}

function word(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value.length <= 60 && !value.includes('\n')
    ? fieldName(value).replaceAll('_', '-') || undefined
    : undefined;
}
