// A workflow's variables to values: each sees the ones before it. Decides only.
import { defined } from '../support/index.ts';
import type { Json, JsonObject } from '../support/index.ts';
import { evaluateTemplate } from './expression/template.ts';
import type { Evaluation, Scope, Workflow } from './model/types.ts';

/** What variables are resolved with. `environment` wins over `overrides`, which win over the file; both are plain values. */
export interface VariableSources {
  readonly task: Json;
  readonly inputs: JsonObject;
  readonly overrides?: JsonObject;
  readonly environment?: JsonObject;
  readonly event?: Json;
  readonly milestone?: Json;
}

/**
 * All variables of a run as an object. Where some have no value: the first of them, the others with their values, and
 * why each of the `unset` has none.
 */
export type ResolvedVariables =
  | Extract<Evaluation, { ok: true }>
  | (Extract<Evaluation, { ok: false }> & {
      readonly value: JsonObject;
      readonly unset: Readonly<Record<string, string>>;
    });

/** Works the variables out, in file order. */
export function resolveVariables(
  workflow: Pick<Workflow, 'variables' | 'permissive'>,
  sources: VariableSources,
): ResolvedVariables {
  const given: JsonObject = { ...sources.overrides, ...sources.environment };
  const values: Record<string, Json> = { ...given };
  const unset: Record<string, string> = {};
  const warnings: string[] = [];
  let first: Extract<Evaluation, { ok: false }> | undefined;
  for (const [name, template] of Object.entries(workflow.variables)) {
    if (Object.hasOwn(given, name)) continue;
    const { task, inputs, event, milestone } = sources;
    const scope = {
      task,
      inputs,
      variables: values,
      unset,
      ...defined({ event, milestone }),
    };
    const result = evaluateTemplate(template, scope, { permissive: workflow.permissive });
    if (result.ok) {
      values[name] = result.value;
      warnings.push(...result.warnings);
      continue;
    }
    unset[name] = `Cannot work out variable \`${name}\`: ${result.message}`;
    first ??= { ...result, message: unset[name] };
  }
  return first === undefined ? { ok: true, value: values, warnings } : { ...first, value: values, unset };
}

/** The variables as expressions read them. */
export function variableScope(resolved: ResolvedVariables): Pick<Scope, 'variables' | 'unset'> {
  return resolved.ok ? { variables: resolved.value } : { variables: resolved.value, unset: resolved.unset };
}
