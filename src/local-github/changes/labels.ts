// Everything that happens to labels, of the repository and on its issues, each change with its webhook. Never asks who may.
import type { Issue, Label, Repository } from '../model/index.ts';
import { validationFailed } from '../world/replies.ts';
import { labelShape } from '../shapes/issue.ts';
import { tell } from '../world/subject.ts';
import type { Subject } from '../world/subject.ts';
import { emitIssue } from './emissions.ts';
import { checkLabel } from './texts.ts';

/** Puts labels on; those that are there already change nothing. Unknown names become labels. */
export async function addLabels(subject: Subject, issue: Issue, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const label = await ensureLabel(subject, name);
    if (issue.labels.includes(label)) continue;
    issue.labels.push(label);
    await tellLabel(subject, issue, { action: 'labeled', label });
  }
}

/** Takes a label off. False when it was not on. */
export async function removeLabel(subject: Subject, issue: Issue, wanted: string): Promise<boolean> {
  const label = issue.labels.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (label === undefined) return false;
  issue.labels = issue.labels.filter((other) => other !== label);
  await tellLabel(subject, issue, { action: 'unlabeled', label });
  return true;
}

/** The label of that name, made when it is not there. */
export async function ensureLabel(subject: Subject, name: string): Promise<Label> {
  const found = labelNamed(subject.repository, name);
  return found ?? createLabel(subject, { name, color: 'ededed', description: null });
}

/** A label by name, in any case. */
export function labelNamed(repository: Repository, name: string): Label | undefined {
  return repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

/** A new label of the repository. */
export async function createLabel(
  subject: Subject,
  wish: { readonly name: string; readonly color: string; readonly description: string | null },
): Promise<Label> {
  const { world, repository } = subject;
  if (labelNamed(repository, wish.name) !== undefined)
    throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' });
  checkLabel(wish);
  const label: Label = { id: world.nextId(), ...wish };
  repository.labels.push(label);
  await tell(subject, { event: 'label', action: 'created', payload: { label: labelShape(subject, label) } });
  return label;
}

/** Changes a label of the repository. */
export async function editLabel(
  subject: Subject,
  label: Label,
  wish: { readonly name: string; readonly color: string; readonly description: string | null },
): Promise<void> {
  checkLabel(wish);
  Object.assign(label, wish);
  await tell(subject, {
    event: 'label',
    action: 'edited',
    payload: { label: labelShape(subject, label), changes: {} },
  });
}

/** Removes a label from the repository and from its issues. */
export async function deleteLabel(subject: Subject, label: Label): Promise<void> {
  const { repository } = subject;
  repository.labels.splice(repository.labels.indexOf(label), 1);
  for (const issue of repository.issues.values()) issue.labels = issue.labels.filter((other) => other !== label);
  await tell(subject, { event: 'label', action: 'deleted', payload: { label: labelShape(subject, label) } });
}

/** Keeps and tells that a label was put on or taken off. */
export async function tellLabel(
  subject: Subject,
  issue: Issue,
  event: { readonly action: 'labeled' | 'unlabeled'; readonly label: Label },
): Promise<void> {
  const { world, actor } = subject;
  const { action, label } = event;
  issue.updatedAt = world.now();
  issue.events.push({ id: world.nextId(), event: action, actor: actor.user, createdAt: world.now(), label });
  await emitIssue(subject, issue, { action, extra: { label: labelShape(subject, label) } });
}
