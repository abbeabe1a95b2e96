// The sections of a prompt about what is wanted: the task, what a review or failing checks want now, the conversation. Pure.
import { codeSpan, fit, oneLine } from '../../support/index.ts';
import { promptTexts } from '../model/messages.ts';
import { cleanText, prettyText } from './clean-text.ts';
import { taskTexts } from './messages.ts';
import type { Comment, Part, PromptParts } from './prompt-parts.ts';

const mostTitleBytes = 1_000;
const mostCommentBytes = 8_000;

/** What the step is, and the issue. Its title is never cut away. */
export function task(parts: PromptParts): Part[] {
  const { task: run, step } = parts;
  const facts = {
    kind: run.kind,
    number: run.number,
    title: fit(cleanText(run.title), mostTitleBytes),
    labels: run.labels,
    type: run.type,
    scope: run.scope,
    priority: run.priority,
    severity: run.severity,
    author: run.author,
    url: run.url,
  };
  // what is wanted now has a section of its own
  const { followup: _text, review: _review, ci: _ci, ...others } = run.fields;
  const fields = parts.followUp === undefined ? run.fields : others;
  const what = promptTexts.step(step.name, step.description);
  const body = cleanText(run.body);
  return [
    { label: 'step', heading: '# Task', body: what, fixed: true, data: false },
    { label: 'task', heading: promptTexts.taskFacts(), body: prettyText(facts), fixed: true, data: true },
    ...(Object.keys(fields).length === 0
      ? []
      : [{ label: 'task fields', heading: taskTexts.fields(), body: prettyText(fields), fixed: false, data: true }]),
    ...(body === ''
      ? []
      : [{ label: 'task body', heading: taskTexts.body(parts.fromOutside), body, fixed: false, data: true }]),
  ];
}

/** What people want of the work that is there: a wish, the places of a review, checks that fail. */
export function wanted({ followUp }: PromptParts): Part[] {
  if (followUp === undefined) return [];
  const { text, review, ci } = followUp;
  return [
    ...(text === undefined
      ? []
      : [
          {
            label: 'follow-up',
            heading: `# Follow-up\n\n${taskTexts.followUp()}`,
            body: cleanText(text),
            fixed: false,
            data: true,
          },
        ]),
    ...(review === undefined ? [] : reviewParts(review)),
    ...(ci === undefined
      ? []
      : [
          {
            label: 'failing checks',
            heading: `# Failing checks\n\n${taskTexts.checks()}`,
            body: prettyText(ci),
            fixed: false,
            data: true,
          },
        ]),
  ];
}

function reviewParts({ author, body, threads }: NonNullable<NonNullable<PromptParts['followUp']>['review']>): Part[] {
  const heading = `# Review\n\n${taskTexts.review(nameOf(author))}`;
  const said = cleanText(body);
  const places = threads.map((thread) => ({
    label: 'review comment',
    heading: `## ${codeSpan(oneLine(cleanText(thread.path), 200))}${thread.line === null ? '' : `, line ${thread.line}`}`,
    body: fit(cleanText(thread.body), mostCommentBytes),
    fixed: false,
    data: true,
  }));
  return [{ label: 'review', heading, body: said, fixed: false, data: said !== '' }, ...places];
}

/** The conversation on the issue, each comment in a block of its own with who wrote it outside of it. */
export function thread(parts: PromptParts): Part[] {
  const comments = parts.thread ?? [];
  return comments.map((comment, index) => ({
    label: 'comments',
    group: 'comments',
    heading: `${index === 0 ? `# Conversation\n\n${taskTexts.thread()}\n\n` : ''}## ${commentHeading(comment)}`,
    body: fit(cleanText(comment.body), mostCommentBytes),
    fixed: false,
    data: true,
  }));
}

function commentHeading({ author, mayWrite, at }: Comment): string {
  const when = at === undefined || !/^[\d:.TZ+-]{10,40}$/.test(at) ? '' : ` (${at})`;
  return `${nameOf(author)}, ${taskTexts.standing(mayWrite)}${when}`;
}

/** A login as GitHub allows them; anything else is quoted as code. */
function nameOf(login: string): string {
  return /^[\w-]+(\[bot\])?$/.test(login) ? login : codeSpan(oneLine(cleanText(login), 60));
}
