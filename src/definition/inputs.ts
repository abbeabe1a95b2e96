// Values given for a workflow's inputs → checked values. Decides only.
import type { Json, JsonObject } from '../support/index.ts';
import { kindOf } from './expression/methods.ts';
import { didYouMean } from './model/suggest.ts';
import type { Finding, InputSpec, Workflow } from './model/types.ts';

/** A finding about an input as one sentence or two. A wrong type's hint says again what its message says. */
export function inputProblem({ code, message, hint }: Finding): string {
  return hint === undefined || code === 'inputs/wrong-type' ? `${message}.` : `${message}. ${hint}`;
}

/** Values for every declared input, or everything that is wrong with what was given. */
export type CheckedInputs =
  | { readonly ok: true; readonly inputs: JsonObject }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * The inputs of a run. Texts, as a command line has them, are read as the type of the input. What is not given has its
 * default, or null: so every declared input can be read.
 */
export function checkInputs(workflow: Pick<Workflow, 'id' | 'inputs'>, given: JsonObject): CheckedInputs {
  const findings: Finding[] = [];
  const values = new Map<string, Json>();
  const names = Object.keys(workflow.inputs);
  function report(code: string, name: string, about: { message: string; hint: string }): void {
    const place = { file: workflow.id, path: `inputs.${name}`, line: 1, column: 1 };
    findings.push({ severity: 'error', code, ...place, ...about });
  }
  for (const name of Object.keys(given))
    if (!Object.hasOwn(workflow.inputs, name))
      report('inputs/unknown', name, {
        message: `\`${workflow.id}\` has no input \`${name}\``,
        hint: names.length === 0 ? 'It takes no inputs.' : didYouMean(name, names, 'input'),
      });
  for (const [name, spec] of Object.entries(workflow.inputs)) {
    const value = Object.hasOwn(given, name) ? given[name] : spec.default;
    if (value === undefined || value === null) {
      if (spec.required)
        report('inputs/missing', name, {
          message: `The input \`${name}\` is missing`,
          hint: spec.description === '' ? `Give ${wanted(spec)}.` : `${spec.description}: give ${wanted(spec)}.`,
        });
      values.set(name, null);
      continue;
    }
    const read = valueOf(spec, value);
    if (read === undefined)
      report('inputs/wrong-type', name, {
        message: `The input \`${name}\` must be ${isTooLarge(spec, value) ? `a number up to ${Number.MAX_SAFE_INTEGER}` : wanted(spec)}, and it is ${shown(value)}`,
        hint: `Give ${wanted(spec)}.`,
      });
    else values.set(name, read);
  }
  return findings.length > 0 ? { ok: false, findings } : { ok: true, inputs: Object.fromEntries(values) };
}

function valueOf(spec: InputSpec, value: Json): Json | undefined {
  const text = typeof value === 'string' ? value.trim() : undefined;
  switch (spec.type) {
    case 'string':
      return typeof value === 'object' ? undefined : String(value);
    case 'number': {
      const number = text === undefined || text === '' ? value : Number(text);
      // more digits than a number keeps would come out as other ones
      const isKept = typeof number === 'number' && (!Number.isInteger(number) || Number.isSafeInteger(number));
      return isKept && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'choice': {
      const choice = typeof value === 'object' ? undefined : String(value);
      return choice !== undefined && spec.options?.includes(choice) ? choice : undefined;
    }
  }
}

/** More digits than a number keeps. */
function isTooLarge(spec: InputSpec, value: Json): boolean {
  return spec.type === 'number' && typeof value !== 'object' && /^\s*-?\d+\s*$/.test(String(value));
}

function wanted(spec: InputSpec): string {
  const words = { string: 'a text', number: 'a number', boolean: 'true or false', choice: '' };
  return spec.type === 'choice' ? `one of ${(spec.options ?? []).join(', ')}` : words[spec.type];
}

function shown(value: Json): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 60)) : kindOf(value);
}
