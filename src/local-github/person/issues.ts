// What a person does with issues and their comments on the web page.
import { addComment, deleteComment, editComment, react } from '../changes/comments.ts';
import { assign, editIssue, openIssue, setIssueState } from '../changes/issues.ts';
import { addLabels, removeLabel } from '../changes/labels.ts';
import { reopenPull } from '../changes/pulls.ts';
import { closePull } from '../changes/refs.ts';
import { notFound } from '../world/replies.ts';
import { isPull } from '../shapes/pull.ts';
import type { Person } from '../types/index.ts';
import { findComment, findIssue, findUser } from '../world/world.ts';
import type { Access } from './access.ts';

type OnIssues = Pick<
  Person,
  'openIssue' | 'editIssue' | 'closeIssue' | 'reopenIssue' | 'label' | 'unlabel' | 'assign' | 'react'
>;

/** Issues, by somebody with this access. */
export function onIssues(access: Access): OnIssues {
  return {
    async openIssue(full, issue) {
      return (await openIssue(access.in(full, 'read', 'open issues'), issue)).number;
    },
    async editIssue(full, number, change) {
      const subject = access.in(full, 'read', 'edit issues');
      const issue = findIssue(subject.repository, number);
      access.own(subject, issue.user, { doing: 'edit this issue' });
      await editIssue(subject, issue, change);
    },
    closeIssue: (full, number) => setState(access, full, { number, state: 'closed' }),
    reopenIssue: (full, number) => setState(access, full, { number, state: 'open' }),
    async label(full, number, name) {
      const subject = access.in(full, 'triage', 'label');
      await addLabels(subject, findIssue(subject.repository, number), [name]);
    },
    async unlabel(full, number, name) {
      const subject = access.in(full, 'triage', 'take labels off');
      if (!(await removeLabel(subject, findIssue(subject.repository, number), name)))
        throw notFound('Label does not exist');
    },
    async assign(full, number, assignee) {
      const subject = access.in(full, 'triage', 'assign');
      await assign(subject, findIssue(subject.repository, number), findUser(subject.world, assignee));
    },
    async react(full, target, content) {
      const { world, repository, actor } = access.in(full, 'read', 'react');
      const of = 'comment' in target ? findComment(repository, target.comment) : findIssue(repository, target.issue);
      react(world, of.reactions, { user: actor.user, content });
      await Promise.resolve();
    },
  };
}

/** Comments, by somebody with this access. */
export function onComments(access: Access): Pick<Person, 'comment' | 'editComment' | 'deleteComment'> {
  return {
    async comment(full, number, body) {
      const subject = access.in(full, 'read', 'comment');
      return (await addComment(subject, findIssue(subject.repository, number), body)).id;
    },
    async editComment(full, id, body) {
      const subject = access.in(full, 'read', 'edit comments');
      const comment = findComment(subject.repository, id);
      access.own(subject, comment.user, { doing: 'edit this comment', needed: 'write' });
      await editComment(subject, comment, body);
    },
    async deleteComment(full, id) {
      const subject = access.in(full, 'read', 'delete comments');
      const comment = findComment(subject.repository, id);
      access.own(subject, comment.user, { doing: 'delete this comment', needed: 'write' });
      await deleteComment(subject, comment);
    },
  };
}

async function setState(
  access: Access,
  full: string,
  { number, state }: { readonly number: number; readonly state: 'open' | 'closed' },
): Promise<void> {
  const subject = access.in(full, 'read', `have issues ${state}`);
  const issue = findIssue(subject.repository, number);
  access.own(subject, issue.user, { doing: 'close or open this issue' });
  if (!isPull(issue)) await setIssueState(subject, issue, { state });
  else if (state === 'closed') await closePull(subject, issue);
  else await reopenPull(subject, issue);
}
