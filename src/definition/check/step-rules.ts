// Rules between the keys of one step that a schema cannot say, and what this version cannot do yet.
import type { JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { stepSchemas } from '../schemas/step-schemas.ts';
import { laterGithubActions, laterStepKeys, laterStepTypes, stagedKeys } from '../schemas/words.ts';
import { didYouMean } from '../suggest.ts';
import { gitConfigKeys, gitOperations, isGitOperation, mergedKeys, merges } from './git-operations.ts';
import { objectOf } from './known-names.ts';
import type { Report } from './report.ts';
import type { SourceStep } from './source-steps.ts';
import { stringsOf } from './source-steps.ts';

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
export function checkCapability(step: SourceStep, report: Report): boolean {
  if (laterStepTypes.has(step.type)) {
    report({
      code: 'capability/step-type',
      path: `${step.path}.type`,
      message: `This version of Troupe cannot run \`${step.type}\` steps yet`,
      hint: `It runs ${Object.keys(stepSchemas).join(', ')}.`,
    });
    return true;
  }
  for (const [key, hint] of Object.entries(laterStepKeys))
    if (Object.hasOwn(step.step, key))
      report({
        code: 'capability/step-key',
        path: `${step.path}.${key}`,
        on: 'key',
        message: `This version of Troupe cannot do \`${key}\` yet`,
        hint,
      });
  const onError = step.step['on_error'];
  if (isObject(onError) && Object.hasOwn(onError, 'retries'))
    report({
      code: 'schema/unknown-key',
      path: `${step.path}.on_error.retries`,
      on: 'key',
      message: '`on_error` only runs steps',
      hint: 'Write `retries` on the step itself.',
    });
  const action = step.step['action'];
  if (step.type === 'github' && typeof action === 'string' && laterGithubActions.has(action))
    report({
      code: 'capability/github-action',
      path: `${step.path}.action`,
      message: `This version of Troupe cannot do \`${action}\` yet`,
    });
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
  if (step.type === 'conditional' && !Object.hasOwn(step.step, 'then_steps') && !Object.hasOwn(step.step, 'else_steps'))
    report({
      code: 'schema/missing-key',
      path: step.path,
      message: 'A `conditional` has no `then_steps` and no `else_steps`',
      hint: 'List the steps that run when the condition is true under `then_steps:`.',
    });
  if (step.type === 'git-operation') checkOperation(step, report);
  if (step.type === 'github') checkAction(step, report);
  if (step.type === 'persona-request' && step.step['commit'] === 'none' && Object.hasOwn(step.step, 'message'))
    report({
      code: 'schema/no-effect',
      path: `${step.path}.message`,
      on: 'key',
      message: '`message` has no effect with `commit: none`',
      hint: 'Take one of the two away.',
    });
  if (step.type === 'delay') checkDelay(step, report);
}

function checkDelay(step: SourceStep, report: Report): void {
  const given = ['duration', 'until'].filter((key) => Object.hasOwn(step.step, key));
  if (given.length === 1) return;
  report({
    code: given.length === 0 ? 'schema/missing-key' : 'schema/no-effect',
    path: given.length === 0 ? step.path : `${step.path}.until`,
    message:
      given.length === 0 ? 'A `delay` has no `duration` and no `until`' : 'Both `duration` and `until` are there',
    hint: 'Write one of them: `duration: 30m`.',
  });
}

/** Reports names in a gate that lead to no step before it. */
export function checkGate(step: SourceStep, before: ReadonlyMap<string, unknown>, report: Report): void {
  const names = [
    ...stringsOf(step.step['require']).map((id, index) => ({ id, path: `${step.path}.require[${index}]` })),
    ...stringsOf([step.step['rework'] ?? null]).map((id) => ({ id, path: `${step.path}.rework` })),
  ];
  const siblings = new Set(step.list.steps.map(({ id }) => id));
  const required = new Set(stringsOf(step.step['require']));
  for (const { id, path } of names) {
    if (before.has(id) || (required.has(id) && siblings.has(id) && id !== step.id)) continue;
    report({
      code: 'structure/gate-step',
      path,
      message: `\`${id}\` is no step that comes before the gate \`${step.id}\``,
      hint: 'Name a step that the gate depends on, or one before that.',
    });
  }
}

function checkOperation(step: SourceStep, report: Report): void {
  const operation = step.step['operation'];
  if (typeof operation !== 'string') return;
  const place = { path: `${step.path}.operation` };
  if (!isGitOperation(operation)) {
    report({
      ...place,
      code: 'schema/unknown-operation',
      message: `There is no operation \`${operation}\``,
      hint: didYouMean(operation, Object.keys(gitOperations), 'operation'),
    });
    return;
  }
  const info = gitOperations[operation];
  for (const key of info.required ?? [])
    if (!Object.hasOwn(step.step, key))
      report({
        ...place,
        code: 'schema/missing-key',
        message: `\`${operation}\` has no \`${key}\``,
        hint: `Write \`${key}: …\` beside it.`,
      });
  for (const key of gitConfigKeys)
    if (Object.hasOwn(step.step, key) && !info.keys.includes(key))
      report({
        code: 'schema/no-effect',
        path: `${step.path}.${key}`,
        on: 'key',
        message: `\`${key}\` has no effect on \`${operation}\``,
        hint: info.keys.length === 0 ? 'Take it away.' : `Keys of \`${operation}\`: ${info.keys.join(', ')}.`,
      });
  if (operation === 'sync' && step.step['strategy'] === 'rebase' && Object.hasOwn(step.step, 'conflicts'))
    report({
      code: 'schema/no-effect',
      path: `${step.path}.conflicts`,
      on: 'key',
      message: '`conflicts` has no effect with `strategy: rebase`',
      hint: 'Take `strategy` away: then it is a merge.',
    });
  if (merges(operation, step.step['merge'])) return;
  for (const key of mergedKeys)
    if (info.keys.includes(key) && Object.hasOwn(step.step, key) && step.step[key] !== false)
      report({
        code: 'schema/no-effect',
        path: `${step.path}.${key}`,
        on: 'key',
        message: `\`${key}\` has no effect on a \`${operation}\` that does not merge`,
        hint: 'Write `merge: true` beside it: only a merged commit is tagged, released and deployed.',
      });
}

const actionParams: Readonly<
  Record<string, { readonly required: readonly string[]; readonly known: readonly string[] }>
> = {
  comment: { required: ['body'], known: ['body', 'number'] },
  label: { required: ['labels'], known: ['labels', 'number'] },
  unlabel: { required: ['labels'], known: ['labels', 'number'] },
  assign: { required: ['assignees'], known: ['assignees', 'number'] },
  'create-issue': { required: ['title'], known: ['title', 'body', 'labels'] },
  close: { required: [], known: ['number'] },
};

function checkAction(step: SourceStep, report: Report): void {
  const action = step.step['action'];
  if (typeof action !== 'string' || !Object.hasOwn(actionParams, action)) return;
  const wanted = actionParams[action];
  if (wanted === undefined) return;
  const params = objectOf(step.step['params']);
  for (const key of Object.keys(params))
    if (!wanted.known.includes(key))
      report({
        code: 'schema/no-effect',
        path: `${step.path}.params.${key}`,
        on: 'key',
        message: `\`${key}\` has no effect on \`${action}\``,
        hint: didYouMean(key, wanted.known, 'parameter'),
      });
  for (const key of wanted.required)
    if (!Object.hasOwn(params, key))
      report({
        code: 'schema/missing-key',
        path: `${step.path}.params`,
        message: `\`${action}\` has no \`${key}\` in its \`params\``,
        hint: `Write \`params: { ${key}: … }\`.`,
      });
}
