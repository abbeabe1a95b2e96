// The role prompt with what its templates name. Constants of the workflow stand in the text; words of people and of personas stand below it, fenced.
import { evaluateTemplate } from '../definition/index.ts';
import type { Scope } from '../definition/index.ts';
import { runScope } from '../engine/index.ts';
import type { StepContext } from '../engine/index.ts';
import { isOwnPrompt, promptPieces } from '../personas/index.ts';
import type { Persona } from '../personas/index.ts';
import { isObject, TroupeError, defined } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';

/** A text, and the values that it only points at. */
export interface RenderedPrompt {
  readonly text: string;
  readonly values: readonly { readonly name: string; readonly text: string }[];
}

/** Reads the templates of a persona's text. Throws `step/template` where one has no value: nothing has been paid for yet. */
export function renderPrompt(context: StepContext, persona: Persona, text: string): RenderedPrompt {
  const pieces = promptPieces(text);
  if (pieces.every(({ kind }) => kind === 'text'))
    return { text: pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join(''), values: [] };
  const scope = runScope(context.state, context.path);
  const values = new Map<string, string>();
  const rendered = pieces.map((piece) => {
    if (piece.kind === 'text') return piece.text;
    const value = valueOf(piece.source, { context, persona, scope });
    if (value === undefined) return piece.written;
    if (
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      isConstant(piece.source, context.spec.workflow.variables)
    )
      return textOf(value);
    values.set(piece.source, textOf(value));
    return personaStepMessages.valueBelow(piece.source);
  });
  return { text: rendered.join(''), values: [...values].map(([name, of]) => ({ name, text: of })) };
}

interface Reading {
  readonly context: StepContext;
  readonly persona: Persona;
  readonly scope: Scope;
}

/** Undefined: it stays as it is written. Files of other programs read nothing but variables that there are. */
function valueOf(source: string, { context, persona, scope }: Reading): Json | undefined {
  const isOwn = isOwnPrompt(persona.source);
  const [, name] = variableName.exec(source) ?? [];
  if (!isOwn && (name === undefined || !isObject(scope.variables) || !Object.hasOwn(scope.variables, name)))
    return undefined;
  const value = evaluateTemplate(`{{${source}}}`, scope, { permissive: context.spec.workflow.permissive });
  if (value.ok) return value.value;
  if (!isOwn) return undefined;
  throw new TroupeError('step/template', personaStepMessages.badPrompt(persona.id, value.message), {
    class: 'config',
    ...defined({ hint: value.hint }),
  });
}

const variableName = /^(?:variables|vars)(?:\?\.|\.)([A-Za-z_$][\w$]*)/;
const readsPeople = /\b(?:task|inputs|event|milestone|steps|context)\b/;

/** Whether only the workflow's author and the repository's settings had a say in the value. */
function isConstant(
  source: string,
  variables: Readonly<Record<string, unknown>>,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  if (readsPeople.test(source)) return false;
  const names = [...source.matchAll(/\b(?:variables|vars)(?:\?\.|\.)([A-Za-z_$][\w$]*)/g)].map(([, name = '']) => name);
  // `variables['x']`: what is read cannot be told from the text
  if (names.length === 0 || /\b(?:variables|vars)\s*\[/.test(source)) return false;
  return names.every((name) => {
    const template = Object.hasOwn(variables, name) ? variables[name] : undefined;
    const text = JSON.stringify(template) ?? '';
    if (!text.includes('{{')) return true;
    return !seen.has(name) && isConstant(text, variables, new Set([...seen, name]));
  });
}

function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
