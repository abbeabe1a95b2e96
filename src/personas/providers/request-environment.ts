// The variables that tell a program about its request: who it plays, where its inputs lie, what it may use. Reads no environment.
import { decimalOf, defined } from '../../support/index.ts';
import type { Allowance, PersonaTask, ProviderServices } from '../model/types.ts';
import type { RequestFiles } from './request-files.ts';

/** What is put together. `model`: where neither the step nor the persona names one. */
export interface RequestFacts {
  readonly task: PersonaTask;
  readonly files: RequestFiles;
  /** Names of the operator's variables that are handed on. */
  readonly names: readonly string[];
  readonly model?: string;
  /** What the request may take at most; the persona's own limit is in it. */
  readonly allowance?: Allowance;
}

/** The variables; the sandbox adds those of the machine. */
export function requestEnvironment(
  { task, files, names, model, allowance }: RequestFacts,
  services: Pick<ProviderServices, 'secret'>,
): Record<string, string> {
  const costUsd = allowance?.costUsd ?? decimalOf(task.persona.maxCostUsd);
  return {
    ...Object.fromEntries(
      names.flatMap((name) => {
        const value = services.secret(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    TROUPE_RESULT_FILE: files.resultFile,
    TROUPE_INPUTS_FILE: files.inputsFile,
    TROUPE_REQUEST_ID: task.requestId,
    TROUPE_PERSONA: task.persona.id,
    TROUPE_TOOLS: task.persona.tools.join(','),
    ...(task.persona.limits === undefined ? {} : { TROUPE_TOOL_LIMITS: JSON.stringify(task.persona.limits) }),
    TROUPE_STEP: task.stepId,
    TROUPE_ATTEMPT: String(task.attempt),
    ...defined({ TROUPE_MODEL: task.model ?? task.persona.model ?? model }),
    ...defined({ TROUPE_MAX_COST_USD: costUsd }),
    ...(allowance?.tokens === undefined ? {} : { TROUPE_MAX_TOKENS: String(allowance.tokens) }),
  };
}
