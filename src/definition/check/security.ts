// What a file must not do with secrets, people's words and the right to merge.
import type { Json, JsonObject } from '../../support/index.ts';
import { createRedactor, isObject } from '../../support/index.ts';
import { asksStatus } from '../expression/fixed-value.ts';
import { parseExpression } from '../expression/parse.ts';
import { templateParts } from '../expression/template-parts.ts';
import { childPath } from '../../yaml/index.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { usedNames } from './expression-names.ts';
import { objectOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';
import { closure } from './upstream.ts';

/** Reports secrets, people's words in git's arguments, and merges that nobody approved. */
export function checkSecurity(
  source: { readonly file: JsonObject; readonly steps: readonly SourceStep[] },
  context: DefinitionContext,
  report: Report,
): void {
  checkSecrets(source.file, '', report);
  checkWords(objectOf(source.file['branch']), { path: 'branch', keys: ['name', 'base'] }, report);
  for (const step of source.steps) {
    checkWords(step.step, { path: step.path, keys: step.kind?.gitNames ?? [] }, report);
    checkMerge(step, context, report);
  }
}

function checkSecrets(value: Json, path: string, report: Report): void {
  if (typeof value === 'string') {
    if (hasSecret(value))
      report({
        code: 'security/secret',
        path,
        message: 'This looks like a secret, and the file is there for everybody to read',
        hint: "Revoke it. Secrets belong into the operator's environment.",
      });
  } else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkSecrets(item, childPath(path, index), report);
  else if (isObject(value))
    for (const [key, item] of Object.entries(value as JsonObject)) checkSecrets(item, childPath(path, key), report); // what comes out of a YAML file is JSON
}

/** `risk-assessment-…` holds `sk-…` and is no key. */
function hasSecret(text: string): boolean {
  const plain = text.replaceAll(/[a-z]sk-/gi, ' ');
  return createRedactor().text(plain) !== plain;
}

/** Reports people's words under keys that name something in git. */
function checkWords(
  object: JsonObject,
  { path, keys }: { readonly path: string; readonly keys: readonly string[] },
  report: Report,
): void {
  for (const key of keys) {
    const values = [object[key]].flat();
    for (const value of values) {
      const words = typeof value === 'string' ? wordsOfPeople(value) : undefined;
      if (words === undefined) continue;
      report({
        code: 'security/words-of-people',
        path: `${path}.${key}`,
        severity: 'warning',
        message: `\`${words}\` is written by anybody, and here it becomes a name in git`,
        hint: 'Use `task.slug` or `task.number`.',
      });
    }
  }
}

function wordsOfPeople(text: string): string | undefined {
  for (const part of templateParts(text)) {
    if (part.kind !== 'expression') continue;
    const parsed = parseExpression(part.source);
    if (!parsed.ok) continue;
    for (const { root, path } of usedNames(parsed.node).names) {
      const isText = root === 'task' && ['title', 'body'].includes(path[0] ?? '');
      if (isText || (root === 'event' && ['comment', 'review'].includes(path[0] ?? '')))
        return [root, ...path].join('.');
    }
  }
  return undefined;
}

function checkMerge(step: SourceStep, context: DefinitionContext, report: Report): void {
  const operation = step.kind?.merges?.(step.step);
  if (operation === undefined) return;
  if (runsAfterFailure(step))
    report({
      code: 'security/merge-after-failure',
      path: `${step.path}.operation`,
      message: `\`${operation}\` merges, and its condition may hold after a step before it failed`,
      hint: 'Ask for `success()`, and tell or clean up in a step of its own.',
    });
  if (context.allowAutoMerge === true || hasApproval(step)) return;
  report({
    code: 'security/merge-without-approval',
    path: `${step.path}.operation`,
    message: `\`${operation}\` merges, and nobody has approved`,
    hint: 'End with `open-pull-request`, or ask the operator for `allow_auto_merge`.',
  });
}

/** Its condition, or that of a step around it, is asked after a failure and may hold then. */
function runsAfterFailure(step: SourceStep): boolean {
  const { condition } = step.step;
  const known = step.kind?.children?.isChoice === true ? {} : { success: false, failure: true };
  if (typeof condition === 'string' && asksStatus(condition, known)) return true;
  return step.list.owner !== undefined && runsAfterFailure(step.list.owner);
}

function hasApproval(step: SourceStep): boolean {
  let current: SourceStep | undefined = step;
  while (current !== undefined) {
    if (
      [current, ...closure(current)].some((one) => one.kind?.approves === true || Object.hasOwn(one.step, 'approval'))
    )
      return true;
    current = current.list.owner;
  }
  return false;
}
