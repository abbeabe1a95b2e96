// What the cases of the check share: a small world of names, and findings as lines. Used by tests only.
import type { DefinitionContext } from '../source/definition-context.ts';
import type { Finding, Workflow } from '../model/types.ts';
import { checkWorkflow } from './check-workflow.ts';

/** Personas, providers and variables that the cases name. */
export const context: DefinitionContext = {
  personas: new Map([
    ['implementation-planner', { edits: false, outputs: ['plan', 'risks'] }],
    ['lead-engineer', { edits: true }],
    ['qa-engineer', { edits: false }],
    ['code-reviewer', { edits: false }],
  ]),
  providers: new Set(['claude-code', 'codex']),
  variables: new Set(),
};

/** A persona step on one line. */
export function ask(id: string, rest = '', persona = 'qa-engineer'): string {
  return `  - { id: ${id}, type: persona-request, persona: ${persona}${rest === '' ? '' : `, ${rest}`} }`;
}

/** A file of these steps. */
export function file(...steps: readonly string[]): string {
  return ['steps:', ...steps, ''].join('\n');
}

/** The findings of a text. */
export function check(text: string, known = context, id = 'fix'): readonly Finding[] {
  return checkWorkflow({ id, file: `${id}.yml`, text }, known).findings;
}

/** Each finding with what stands at its place. */
export function lines(text: string, known = context, id = 'fix'): readonly string[] {
  return check(text, known, id).map(({ severity, code, line, column, message, hint }) => {
    const there = (text.split('\n')[line - 1] ?? '').slice(column - 1, column + 11);
    const level = severity === 'warning' ? 'warning ' : '';
    return `${line}:${column} «${there}» ${level}${code}: ${message}${hint === undefined ? '' : ` → ${hint}`}`;
  });
}

/** The workflow of a text that has no error. */
export function workflow(text: string, known = context): Workflow {
  const checked = checkWorkflow({ id: 'fix', file: 'fix.yml', text }, known);
  if (!checked.ok) throw new Error(JSON.stringify(checked.findings, null, 2));
  return checked.workflow;
}
