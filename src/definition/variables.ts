// A workflow's variables to values: each sees the ones before it. Decides only.
import type { Json, JsonObject } from '../support/index.ts';
import { evaluateTemplate } from './expression/template.ts';
import type { Evaluation, Workflow } from './types.ts';

/** What variables are resolved with. `environment` wins over `overrides`, which win over the file; both are plain values. */
export interface VariableSources {
  readonly task: Json;
  readonly inputs: JsonObject;
  readonly overrides?: JsonObject;
  readonly environment?: JsonObject;
  readonly event?: Json;
  readonly milestone?: Json;
}

/** All variables of a run as an object, or the first that has no value. */
export function resolveVariables(
  workflow: Pick<Workflow, 'variables' | 'permissive'>,
  sources: VariableSources,
): Evaluation {
  const given: JsonObject = { ...sources.overrides, ...sources.environment };
  const values: Record<string, Json> = { ...given };
  const warnings: string[] = [];
  for (const [name, template] of Object.entries(workflow.variables)) {
    if (Object.hasOwn(given, name)) continue;
    const { task, inputs, event, milestone } = sources;
    const scope = {
      task,
      inputs,
      variables: values,
      ...(event === undefined ? {} : { event }),
      ...(milestone === undefined ? {} : { milestone }),
    };
    const result = evaluateTemplate(template, scope, { permissive: workflow.permissive });
    if (!result.ok) return { ...result, message: `Cannot work out variable \`${name}\`: ${result.message}` };
    values[name] = result.value;
    warnings.push(...result.warnings);
  }
  return { ok: true, value: values, warnings };
}
