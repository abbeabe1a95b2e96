// The kind `git-operation`: works on the branch and the pull request, by the operations that are handed in.
import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { JsonObject } from '../../support/index.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';
import { gitKeys, mergedKeys, namingKeys, postedKeys, templatedKeys } from '../git-operations/keys.ts';
import { operationOf } from '../git-operations/operation-kind.ts';
import type { GitOperationKind, GitOperationKinds } from '../git-operations/operation-kind.ts';
import { closed, free, text } from '../source/fragments.ts';
import { didYouMean } from '../model/suggest.ts';
import type { GitStep, PostedKeys } from '../model/types.ts';
import { approvalKey, commonKeys, rollbackKey, workKeys } from '../source/keys.ts';
import type { StepSource } from '../source/keys.ts';
import { spellGitKeys } from './spell-git-keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

/** The kind with these operations. */
export function gitOperation(operations: GitOperationKinds): StepKind {
  const keys = keysOf(operations);
  const names = Object.keys(keys);
  const schema = schemaOf(keys);
  return {
    type: 'git-operation',
    schema,
    example: { operation: 'status' },
    normalise: (source: StepSource & { readonly operation: string }): PartsOf<GitStep> => ({
      operation: source.operation,
      config: configOf(source as unknown as JsonObject, names), // what comes out of a YAML file is JSON
    }),
    describe: ({ operation }: GitStep) => operation,
    subject: ({ operation }: GitStep) => operation,
    isFramed: true,
    page: () => page(operations),
    writes: ({ operation }: GitStep) => operationOf(operations, operation)?.writes ?? true,
    merges(step) {
      const operation = operationOf(operations, step['operation']);
      return operation?.merges?.(step) === true ? operation.name : undefined;
    },
    finishes({ operation }) {
      const found = operationOf(operations, operation);
      return found?.finishes === true ? found.name : undefined;
    },
    posts: ({ operation }: GitStep) => postedBy(operationOf(operations, operation)),
    tells: { surely: ['operation'] },
    missing: { operation: 'Name what to do: `operation: open-pull-request`.' },
    templates: [...templatedKeys, ...operations.flatMap(({ templates }) => templates ?? [])],
    gitNames: namingKeys,
    spell: (spelling) => spellGitKeys(spelling, { operations, keys: names, known: Object.keys(schema.properties) }),
    check: (step, report) => check(step, { operations, keys: names }, report),
  };
}

/** Every key that means something to an operation: shared ones in their order, then those of single operations. */
function keysOf(operations: GitOperationKinds): Readonly<Record<string, TSchema>> {
  const own = Object.fromEntries(operations.flatMap(({ keys }) => Object.entries(keys)));
  const shared = Object.entries(gitKeys).filter(([name]) => name in own);
  return { ...Object.fromEntries(shared), ...own };
}

function schemaOf(keys: Readonly<Record<string, TSchema>>) {
  return Type.Object(
    {
      ...commonKeys,
      type: Type.Literal('git-operation'),
      approval: approvalKey,
      ...workKeys,
      operation: Type.String({ description: 'what to do; see the table of operations', title: 'an operation' }),
      ...keys,
      target_branch: Type.Optional(text('another word for `base`')),
      params: Type.Optional(free('the same keys, for files that have them there')),
      rollback: rollbackKey,
    },
    { ...closed, description: 'Works on the branch and the pull request.' },
  );
}

function configOf(source: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])));
}

/** The keys of an operation that people read, where they stand in the step. */
function postedBy(operation: GitOperationKind | undefined): PostedKeys {
  const known = Object.entries(postedKeys).filter(([key]) => key in (operation?.keys ?? {}));
  const posted = [...known, ...Object.entries(operation?.posts ?? {})];
  return Object.fromEntries(posted.map(([key, as]) => [`config.${key}`, as]));
}

function page(operations: GitOperationKinds): string {
  const rows = operations.map(({ name, about, keys }) => {
    const shown = Object.keys(keys).map((key) => `\`${key}\``);
    return `| \`${name}\` | ${about} | ${shown.join(' ')} |`;
  });
  return ['## Git operations', '', '| operation | does | keys |', '|---|---|---|', ...rows].join('\n');
}

function check(
  source: SourceStep,
  { operations, keys }: { readonly operations: GitOperationKinds; readonly keys: readonly string[] },
  report: Report,
): void {
  const { step, path } = source;
  const named = step['operation'];
  if (typeof named !== 'string') return;
  const place = { path: `${path}.operation` };
  const operation = operationOf(operations, named);
  if (operation === undefined) {
    report({
      ...place,
      code: 'schema/unknown-operation',
      message: `There is no operation \`${named}\``,
      hint: didYouMean(
        named,
        operations.map(({ name }) => name),
        'operation',
      ),
    });
    return;
  }
  for (const key of operation.required ?? [])
    if (!Object.hasOwn(step, key))
      report({
        ...place,
        code: 'schema/missing-key',
        message: `\`${named}\` has no \`${key}\``,
        hint: `Write \`${key}: …\` beside it.`,
      });
  const known = Object.keys(operation.keys);
  for (const key of keys)
    if (Object.hasOwn(step, key) && !known.includes(key))
      report({
        code: 'schema/no-effect',
        path: `${path}.${key}`,
        on: 'key',
        message: `\`${key}\` has no effect on \`${named}\``,
        hint: known.length === 0 ? 'Take it away.' : `Keys of \`${named}\`: ${known.join(', ')}.`,
      });
  operation.check?.(source, report);
  checkMerged(source, operation, report);
}

/** Only a merged commit is tagged, released and deployed. */
function checkMerged({ step, path }: SourceStep, operation: GitOperationKind, report: Report): void {
  if (operation.merges?.(step) === true) return;
  for (const key of mergedKeys)
    if (key in operation.keys && Object.hasOwn(step, key) && step[key] !== false)
      report({
        code: 'schema/no-effect',
        path: `${path}.${key}`,
        on: 'key',
        message: `\`${key}\` has no effect on a \`${operation.name}\` that does not merge`,
        hint: 'Write `merge: true` beside it: only a merged commit is tagged, released and deployed.',
      });
}
