// `.github/troupe.yml`: text → checked settings of a repository (decision 25). Never merged with the operator's here.
import Type from 'typebox';
import type { Static } from 'typebox';
import type { Finding } from '../../definition/index.ts';
import { isObject, globProblem, readDuration, defined } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { checkedYaml, findingAt } from './checked-yaml.ts';
import { fileMessages } from '../common/messages.ts';
import type { RepositoryFile } from '../common/types.ts';

/** Where a repository keeps its settings. */
export const repositoryFilePath = '.github/troupe.yml';
/** The same with the other ending, read where the first is not there. */
export const otherRepositoryFilePath = '.github/troupe.yaml';
/** Answers to rehearse with, where `troupe init` puts them. */
export const rehearsalFilePath = '.github/troupe/rehearsal.yml';

const names = (description: string) => Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description }));
const anything = (description: string) => Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }));
const command = Type.Array(Type.String(), { minItems: 1 });
type Level = 'admin' | 'maintain' | 'write' | 'triage' | 'read';
/** Schema of a permission that somebody needs. */
export const permissionLevel = Type.Unsafe<Level>({
  type: 'string',
  enum: ['admin', 'maintain', 'write', 'triage', 'read'],
});
const level = Type.Optional(permissionLevel);
// seconds, or text as in `90s`, `30m`, `1h30m`; how long it may be is no matter of its form
const duration = Type.Optional(
  Type.Unsafe<number | string>({
    type: ['number', 'string'],
    exclusiveMinimum: 0,
    pattern: String.raw`^\s*(\d+(\.\d+)?|(\d+(\.\d+)?(ms|s|m|h|d))+)\s*$`,
  }),
);
const limit = Type.Optional(Type.Number({ exclusiveMinimum: 0 }));
const closed = { additionalProperties: false };

/** JSON Schema of `.github/troupe.yml`; published as schema/repository.schema.json. */
export const repositoryFileSchema = Type.Object(
  {
    workflows: Type.Optional(
      Type.Object(
        {
          enable: names('Built-in workflows that may answer to events, schedules and ordinary labels too.'),
          disable: names('Workflows that are not offered here.'),
        },
        { ...closed, description: 'Which workflows are offered here besides those in `.github/troupe/workflows`.' },
      ),
    ),
    default_workflow: Type.Optional(
      Type.String({ description: 'What `/troupe run` without a name starts when no trigger matches.' }),
    ),
    labels: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          {
            type: Type.Optional(Type.String()),
            scope: Type.Optional(Type.String()),
            priority: Type.Optional(Type.String()),
            fields: anything('Becomes `task.fields.*`.'),
          },
          closed,
        ),
        { description: 'What a label says about a task.' },
      ),
    ),
    variables: anything('Values for `variables.*` of every workflow.'),
    environments: anything('Values by environment.'),
    setup: Type.Optional(
      Type.Object(
        {
          run: Type.Array(command, { minItems: 1, description: 'Commands, each a list of words.' }),
          timeout: duration,
          cache: names('Directories kept between attempts.'),
          key: names('Files whose content decides whether a cache still holds.'),
        },
        {
          ...closed,
          description:
            'Commands that run before a persona that executes: they need the sandbox of tier 1, or a repository that the operator trusts.',
        },
      ),
    ),
    verify: Type.Optional(Type.Array(command, { description: 'Commands that Troupe itself runs to prove the work.' })),
    protected_paths: names('Globs that no persona may change.'),
    permissions: Type.Optional(
      Type.Object(
        { trigger: level, control: level, approve: level, bots: names('Exact logins.') },
        { ...closed, description: 'Who may start, control and approve; never less than the operator asks for.' },
      ),
    ),
    budget: Type.Optional(
      Type.Object(
        {
          cost_usd: limit,
          tokens: limit,
          minutes: limit,
          attempts: limit,
          cost_usd_per_task: limit,
          tokens_per_task: limit,
          cost_usd_per_day: limit,
        },
        {
          ...closed,
          description:
            'What one run may cost, all runs of one task together, and all that began here within 24 hours; never more than the operator allows.',
        },
      ),
    ),
  },
  { ...closed, $id: 'https://troupe.dev/schema/repository.schema.json', title: 'Troupe repository settings' },
);

type Written = Static<typeof repositoryFileSchema>;

/** The settings in the text, or all its mistakes. */
export function readRepositoryFile(
  text: string,
  path: string = repositoryFilePath,
):
  | { readonly ok: true; readonly file: RepositoryFile; readonly findings?: readonly Finding[] }
  | { readonly ok: false; readonly findings: readonly Finding[] } {
  const checked = checkedYaml<Written>(text, path, {
    schema: repositoryFileSchema,
    free: ['variables', 'environments', 'labels.*.fields'],
  });
  if (!checked.ok) return checked;
  const read = setupTimeout(checked.value);
  const { findings } = checked;
  const large = globProblem(checked.value.protected_paths ?? []);
  if (large !== undefined) {
    const place = ['protected_paths', ...(large.index === undefined ? [] : [String(large.index)])];
    const told = fileMessages.value(place.join('.'), large.problem);
    return { ok: false, findings: [findingAt(text, path, { path: place, message: told })] };
  }
  if (read.ok) return { ok: true, file: fileOf(checked.value, read.ms), ...defined({ findings }) };
  const message = fileMessages.value('setup.timeout', read.problem);
  return { ok: false, findings: [findingAt(text, path, { path: ['setup', 'timeout'], message })] };
}

/** Ten minutes where the file does not say. */
function setupTimeout({ setup }: Written): ReturnType<typeof readDuration> {
  return readDuration(setup?.timeout ?? '10m', { above: 0 });
}

/** What holds where a repository has no file. */
export function emptyRepositoryFile(): RepositoryFile {
  return fileOf({});
}

/** The variables that the settings give, those of environments included. */
export function variableNames(file: RepositoryFile): ReadonlySet<string> {
  const names = Object.values(file.environments).flatMap((one) => {
    if (!isObject(one)) return [];
    const inner = one['variables'];
    return Object.keys(isObject(inner) ? inner : one);
  });
  return new Set([...Object.keys(file.variables), ...names]);
}

function fileOf(written: Written, setupMs = 0): RepositoryFile {
  const permissions = written.permissions ?? {};
  const budget = written.budget ?? {};
  return {
    workflows: { enable: written.workflows?.enable ?? [], disable: written.workflows?.disable ?? [] },
    ...defined({ defaultWorkflow: written.default_workflow }),
    // records of YAML values, which are JSON
    labels: (written.labels ?? {}) as RepositoryFile['labels'],
    variables: (written.variables ?? {}) as JsonObject, // as above
    environments: (written.environments ?? {}) as JsonObject, // as above
    ...(written.setup === undefined
      ? {}
      : {
          setup: {
            run: written.setup.run,
            timeoutMs: setupMs,
            cache: written.setup.cache ?? [],
            key: written.setup.key ?? [],
          },
        }),
    ...defined({ verify: written.verify }),
    protectedPaths: written.protected_paths ?? [],
    permissions: {
      ...defined({
        trigger: permissions.trigger,
        control: permissions.control,
        approve: permissions.approve,
        bots: permissions.bots,
      }),
    },
    budget: {
      ...defined({
        costUsd: budget.cost_usd,
        tokens: budget.tokens,
        minutes: budget.minutes,
        attempts: budget.attempts,
        taskCostUsd: budget.cost_usd_per_task,
        taskTokens: budget.tokens_per_task,
        dayCostUsd: budget.cost_usd_per_day,
      }),
    },
  };
}

/** What others need to know of the repository's files: where they lie, and the schema. */
export const repositoryFile = {
  path: repositoryFilePath,
  otherPath: otherRepositoryFilePath,
  rehearsalPath: rehearsalFilePath,
  schema: repositoryFileSchema,
} as const;
