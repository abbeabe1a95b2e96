// The operator's file, `troupe.config.yml`: text → checked settings. Never the repository's, never read from a working copy by itself.
import Type from 'typebox';
import type { Static } from 'typebox';
import { permissionLevel } from '../coordinator/index.ts';
import { allowedHostPattern, providerNames, providersSchema, transports } from '../personas/index.ts';
import type { AgentHere, CommandLimits } from '../personas/index.ts';
import { docsPage, nearest, schemaCheck, schemaProblem, TroupeError, defined } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { documentPath, pathOfNames, readYaml } from '../yaml/index.ts';
import { commandLimits, commandLimitsOf } from './command-limits.ts';
import { serverFileMessages } from './messages.ts';

type Level = Static<typeof permissionLevel>;
type Sandbox = 'required' | 'auto' | 'off';
// an enum, not a union of literals: one mistake for a wrong word, which can name those that there are
const sandbox = Type.Unsafe<Sandbox>({ type: 'string', enum: ['required', 'auto', 'off'] });
// a program of its own for each one: no repository names what is run
const filter = Type.Unsafe<'lfs'>({ type: 'string', enum: ['lfs'] });
const positive = Type.Number({ exclusiveMinimum: 0 });

/** What the file is checked by; its providers by their own transports, which name each mistake. */
const serverFileSchema = Type.Object(
  {
    default_provider: Type.Optional(
      Type.Unsafe<string | readonly string[]>({
        ...providerNames,
        description:
          'The provider of personas that name none, or a list: the next one is asked where the one before it is out.',
      }),
    ),
    providers: Type.Optional(
      Type.Record(Type.String(), Type.Object({}, { additionalProperties: true }), {
        description: 'What executes personas, by name.',
      }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          concurrent_runs: Type.Optional(Type.Integer({ minimum: 1 })),
          concurrent_per_repository: Type.Optional(Type.Integer({ minimum: 1 })),
          cost_usd_per_run: Type.Optional(positive),
          minutes_per_run: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'How long one run may work; what waits for people does not count.',
            }),
          ),
          cost_usd_per_task: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'What all runs of one issue or pull request may cost together.',
            }),
          ),
          tokens_per_task: Type.Optional(
            Type.Number({ exclusiveMinimum: 0, description: 'The same in tokens, read and written.' }),
          ),
          cost_usd_per_repository_day: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              description: 'What runs of one repository that began within 24 hours may cost together.',
            }),
          ),
          cost_usd_per_day: Type.Optional(positive),
          runs_per_repository_hour: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'How many runs may be started in one repository within an hour. Default: any number.',
            }),
          ),
          runs_per_repository_day: Type.Optional(
            Type.Integer({ minimum: 1, description: 'The same within 24 hours.' }),
          ),
          runs_per_person_hour: Type.Optional(
            Type.Integer({
              minimum: 1,
              description:
                'How many runs one person may start within an hour, in all repositories. Default: any number.',
            }),
          ),
          runs_per_person_day: Type.Optional(Type.Integer({ minimum: 1, description: 'The same within 24 hours.' })),
          command: Type.Optional(commandLimits),
        },
        { additionalProperties: false },
      ),
    ),
    permissions: Type.Optional(
      Type.Object(
        {
          trigger: Type.Optional(permissionLevel),
          control: Type.Optional(permissionLevel),
          approve: Type.Optional(permissionLevel),
          bots: Type.Optional(Type.Array(Type.String())),
        },
        { additionalProperties: false },
      ),
    ),
    repositories: Type.Optional(
      Type.Object(
        {
          allow: Type.Optional(
            Type.Array(Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$' }), {
              description: '`owner/repo` or `owner/*`. Default: the App owner’s account.',
            }),
          ),
          trusted: Type.Optional(Type.Array(Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$' }))),
        },
        { additionalProperties: false },
      ),
    ),
    operators: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Logins that may stop everything with `/troupe pause all`. Default: nobody.',
      }),
    ),
    allow_auto_merge: Type.Optional(Type.Array(Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$' }))),
    sandbox: Type.Optional(sandbox),
    gateway: Type.Optional(
      Type.Object(
        {
          for: Type.Optional(
            Type.Unsafe<'outsiders' | 'all'>({
              type: 'string',
              enum: ['outsiders', 'all'],
              description:
                'Whose tasks run without a network but the gateway, whatever a persona file says: `outsiders`, those of people who may not push; `all`. Left out: personas that ask for it with `sandbox: gateway`.',
            }),
          ),
          allow: Type.Optional(
            Type.Array(Type.String({ pattern: allowedHostPattern }), {
              description:
                'Hosts that may be reached from there besides the model, on ports 443 and 80: names, or `*.example.com`. Default: none.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    git: Type.Optional(
      Type.Object(
        {
          partial: Type.Optional(
            Type.Boolean({
              description:
                'Mirrors hold no file contents: they are fetched when they are read, for repositories that are too large to keep whole. Default false.',
            }),
          ),
          filters: Type.Optional(
            Type.Array(filter, {
              description:
                'Filters of .gitattributes that are run. Default: none; files under a filter that is not run cannot be changed.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    retention: Type.Optional(
      Type.Object(
        {
          inbox_days: Type.Optional(positive),
          blobs_days: Type.Optional(positive),
          runs_days: Type.Optional(positive),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false, $id: 'https://troupe.dev/schema/server.schema.json', title: 'Troupe server file' },
);

/** JSON Schema of the operator's file with everything that its providers may say; published as schema/server.schema.json. */
export const publishedServerFileSchema = {
  ...serverFileSchema,
  properties: { ...serverFileSchema.properties, providers: providersSchema(transports) },
};

/** The operator's file with defaults filled in. */
export interface ServerFile {
  readonly defaultProvider: string;
  /** The rest of the list, asked where the one before it is out. */
  readonly otherProviders: readonly string[];
  /** As written; the transports turn it into providers. */
  readonly providers: Readonly<Record<string, Json>>;
  /** There is no `providers:`: agents on the PATH are taken. `{}` is none at all. */
  readonly namesNoProviders: boolean;
  /** Somebody has said who plays where nobody is named. */
  readonly namesDefault: boolean;
  /** The known agents of this machine, where they were looked for instead. */
  readonly agents?: readonly AgentHere[];
  readonly limits: {
    readonly concurrentRuns: number;
    readonly concurrentPerRepository: number;
    /** What one command may take, where the file says it. */
    readonly command: Partial<CommandLimits>;
    readonly costUsdPerRun?: number;
    readonly minutesPerRun?: number;
    readonly costUsdPerTask?: number;
    readonly tokensPerTask?: number;
    readonly costUsdPerRepositoryDay?: number;
    readonly costUsdPerDay?: number;
    /** How many runs may be started. */
    readonly rates?: {
      readonly perRepositoryHour?: number;
      readonly perRepositoryDay?: number;
      readonly perPersonHour?: number;
      readonly perPersonDay?: number;
    };
  };
  readonly permissions: {
    readonly trigger: Level;
    readonly control: Level;
    readonly approve: Level;
    readonly bots: readonly string[];
  };
  readonly allow?: readonly string[];
  readonly trusted: readonly string[];
  readonly allowAutoMerge: readonly string[];
  /** Logins that may stop everything from GitHub. */
  readonly operators: readonly string[];
  readonly sandbox: Sandbox;
  /** What has no network but the gateway, and what the gateway lets through. `for` absent: only who asks for it. */
  readonly gateway: { readonly for?: 'outsiders' | 'all'; readonly allow: readonly string[] };
  readonly git: { readonly filters: readonly 'lfs'[]; readonly partial: boolean };
  readonly retentionDays: { readonly inbox: number; readonly blobs: number; readonly runs: number };
  /** Where what a path leads to stands, `troupe.config.yml:12:5`, or its key. Absent: there is no file. */
  placeOf?(path: readonly (string | number)[], ofKey?: true): string;
}

type Written = Static<typeof serverFileSchema>;
const validate = schemaCheck<Written>(serverFileSchema);

/** The settings in the text. Throws `config/server-file` with every mistake, each with its line. */
export function parseServerFile(text: string, file: string): ServerFile {
  const document = readYaml(text);
  const problems = document.problems.filter(({ code }) => code !== 'syntax/empty');
  if (problems.length > 0)
    throw mistakes(
      file,
      problems.map(({ line, message }) => `${file}:${line}: ${message}`),
    );
  const value: unknown = document.value ?? {};
  if (!validate(value)) {
    throw mistakes(
      file,
      validate.errors.map((error) => {
        const unknown =
          error.keyword === 'additionalProperties' ? String(error.params['additionalProperty']) : undefined;
        const { line } = document.positionOf(
          documentPath(error.instancePath, unknown),
          unknown === undefined ? 'value' : 'key',
        );
        return serverFileMessages.mistake({
          where: `${file}:${line}`,
          path: error.instancePath.split('/').slice(1).join('.'),
          problem: schemaProblem(error),
          unknown,
          near: unknown === undefined ? undefined : nearest(unknown, knownKeys()),
        });
      }),
    );
  }
  return {
    ...withDefaults(value),
    placeOf(path, ofKey) {
      const { line, column } = document.positionOf(pathOfNames(path), ofKey ? 'key' : 'value');
      return `${file}:${line}:${column}`;
    },
  };
}

/** What holds where there is no file. */
export function defaultServerFile(): ServerFile {
  return withDefaults({});
}

function withDefaults(written: Written): ServerFile {
  const limits = written.limits ?? {};
  const permissions = written.permissions ?? {};
  const [first, ...others] = [written.default_provider ?? []].flat();
  return {
    defaultProvider: first ?? Object.keys(written.providers ?? {})[0] ?? 'claude-code',
    otherProviders: others,
    namesNoProviders: written.providers === undefined,
    namesDefault: written.default_provider !== undefined || written.providers !== undefined,
    // records of JSON read from YAML
    providers: (written.providers ?? {}) as Readonly<Record<string, Json>>,
    limits: {
      concurrentRuns: limits.concurrent_runs ?? 8,
      concurrentPerRepository: limits.concurrent_per_repository ?? 2,
      command: commandLimitsOf(limits.command ?? {}),
      ...defined({
        costUsdPerRun: limits.cost_usd_per_run,
        minutesPerRun: limits.minutes_per_run,
        costUsdPerTask: limits.cost_usd_per_task,
        tokensPerTask: limits.tokens_per_task,
        costUsdPerRepositoryDay: limits.cost_usd_per_repository_day,
        costUsdPerDay: limits.cost_usd_per_day,
      }),
      rates: defined({
        perRepositoryHour: limits.runs_per_repository_hour,
        perRepositoryDay: limits.runs_per_repository_day,
        perPersonHour: limits.runs_per_person_hour,
        perPersonDay: limits.runs_per_person_day,
      }),
    },
    permissions: {
      trigger: permissions.trigger ?? 'write',
      control: permissions.control ?? 'write',
      approve: permissions.approve ?? 'write',
      bots: permissions.bots ?? [],
    },
    ...(written.repositories?.allow === undefined ? {} : { allow: written.repositories.allow }),
    trusted: written.repositories?.trusted ?? [],
    allowAutoMerge: written.allow_auto_merge ?? [],
    operators: written.operators ?? [],
    sandbox: written.sandbox ?? 'auto',
    gateway: { allow: written.gateway?.allow ?? [], ...defined({ for: written.gateway?.for }) },
    git: { filters: written.git?.filters ?? [], partial: written.git?.partial ?? false },
    retentionDays: {
      inbox: written.retention?.inbox_days ?? 7,
      blobs: written.retention?.blobs_days ?? 30,
      runs: written.retention?.runs_days ?? 90,
    },
  };
}

function knownKeys(): string[] {
  return [
    'default_provider',
    'providers',
    'limits',
    'permissions',
    'repositories',
    'operators',
    'allow_auto_merge',
    'sandbox',
    'gateway',
    'for',
    'git',
    'filters',
    'partial',
    'retention',
    'concurrent_runs',
    'concurrent_per_repository',
    'cost_usd_per_run',
    'command',
    ...Object.keys(commandLimits.properties),
    'minutes_per_run',
    'cost_usd_per_task',
    'tokens_per_task',
    'cost_usd_per_repository_day',
    'cost_usd_per_day',
    'runs_per_repository_hour',
    'runs_per_repository_day',
    'runs_per_person_hour',
    'runs_per_person_day',
    'trigger',
    'control',
    'approve',
    'bots',
    'allow',
    'trusted',
    'inbox_days',
    'blobs_days',
    'runs_days',
  ];
}

function mistakes(file: string, problems: readonly string[]): TroupeError {
  return new TroupeError('config/server-file', `The server file ${file} has mistakes:\n${problems.join('\n')}`, {
    class: 'config',
    hint: `Correct the lines named above; ${docsPage('operating.md')} lists every key.`,
  });
}
