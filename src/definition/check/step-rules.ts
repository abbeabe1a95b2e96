// Rules between the keys of one step that a schema cannot say, and what this version cannot do yet.
import type { JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { writtenKinds } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { laterStepTypes, stagedKeys } from '../source/words.ts';
import { objectOf, stringsOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';

/**
 * The top-level keys that belong to the staged form, which is reported once and not looked into; none in an ordinary file.
 * Files in the wild wrap it, `workflow: { stages, loop }`, with a section per stage beside it.
 */
export function checkStagedForm(file: JsonObject, report: Report): ReadonlySet<string> {
  const wrapped = objectOf(file['workflow']);
  const isWrapped = [...stagedKeys].some((name) => Object.hasOwn(wrapped, name));
  const key = isWrapped ? 'workflow' : [...stagedKeys].find((name) => Object.hasOwn(file, name));
  if (key === undefined) return new Set();
  report({
    code: 'capability/staged-form',
    path: key,
    on: 'key',
    message: 'This version of Troupe cannot run the staged form yet',
    hint: Object.hasOwn(file, 'steps')
      ? `Take \`${key}\` away: the work stands under \`steps:\`.`
      : 'List the work under `steps:`.',
  });
  const stages = [...stringsOf(file['stages']), ...stringsOf(wrapped['stages'])];
  return new Set([...stagedKeys, 'workflow', 'id', ...stages]);
}

/** Whether the step is of a type that this version cannot run; reports it. */
export function checkCapability(step: SourceStep, kinds: StepKinds, report: Report): boolean {
  if (laterStepTypes(kinds).has(step.type)) {
    const types = writtenKinds(kinds).map(({ type }) => type);
    report({
      code: 'capability/step-type',
      path: `${step.path}.type`,
      message: `This version of Troupe cannot run \`${step.type}\` steps yet`,
      hint: `It runs ${types.join(', ')}.`,
    });
    return true;
  }
  const onError = step.step['on_error'];
  if (isObject(onError) && Object.hasOwn(onError, 'retries'))
    report({
      code: 'schema/unknown-key',
      path: `${step.path}.on_error.retries`,
      on: 'key',
      message: '`on_error` only runs steps',
      hint: 'Write `retries` on the step itself.',
    });
  step.kind?.checkLater?.(step, report);
  return false;
}

/** Reports keys of one step that exclude each other or have no effect. */
export function checkStepRules(step: SourceStep, report: Report): void {
  if (Object.hasOwn(step.step, 'retries') && Object.hasOwn(step.step, 'retry'))
    report({
      code: 'structure/retries-and-retry',
      path: `${step.path}.retries`,
      on: 'key',
      message: '`retries` and `retry` are both there',
      hint: 'Keep `retry: { limit }`.',
    });
  step.kind?.check?.(step, report);
}
