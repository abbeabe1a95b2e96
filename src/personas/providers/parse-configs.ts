// The `providers:` section of the operator's file → checked configurations and every problem. Reads no files and no environment.
import { isAbsolute, resolve } from 'node:path';
import type { ErrorObject } from 'ajv';
import Type from 'typebox';
import type { Static } from 'typebox';
import { isObject, nearest, readDuration, schemaCheck, toJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';
import { fileMessages, providerMessages } from '../messages.ts';
import type { ProviderConfig, ProviderProblem } from '../types.ts';
import { isGithubModels, presets } from './presets.ts';

const transports = ['shell', 'scripted', 'acp', 'llm', 'http', 'stream', 'assisted'] as const;
/** Those of this version; the other words are known, and refused when they are used. */
const usable = ['shell', 'scripted', 'assisted'] as const;

/** JSON Schema of one provider; keys that a transport does not know are found by `parseProviderConfigs`. */
export const providerSchema = Type.Object(
  {
    transport: Type.Optional(Type.Union(transports.map((name) => Type.Literal(name)))),
    preset: Type.Optional(Type.String({ minLength: 1 })),
    command: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    env: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }))),
    timeout: Type.Optional(Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.String()])),
    strategy: Type.Optional(Type.Union(['immediate', 'poll', 'callback', 'stream'].map((name) => Type.Literal(name)))),
    result: Type.Optional(Type.Union([Type.Literal('object'), Type.Literal('exit-code')])),
    answers: Type.Optional(Type.String({ minLength: 1 })),
    network: Type.Optional(
      Type.Union([Type.Literal('provider'), Type.Literal('none')], {
        description:
          'What the command itself needs of the network (shell): `provider`, its model; `none`, nothing: then only personas with web or execute have any.',
      }),
    ),
    readable: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'Folders that the command needs to read (shell).' }),
    ),
  },
  { additionalProperties: true, $id: 'https://troupe.dev/schema/provider.schema.json' },
);

type Written = Static<typeof providerSchema>;
const validate = schemaCheck<Written>(providerSchema, { allErrors: false });

/** A problem and whose it is. */
export interface ConfigProblem extends ProviderProblem {
  readonly provider: string;
}

/** Keys that each transport reads; the ones of later versions keep theirs. */
const common = ['transport', 'preset', 'env', 'timeout', 'strategy'];
const keys: Partial<Record<ProviderConfig['transport'], readonly string[]>> = {
  shell: [...common, 'command', 'result', 'readable', 'network'],
  scripted: [...common, 'answers'],
  assisted: ['transport', 'timeout', 'strategy'],
};

/** All providers that can be used, and what is wrong with the others. Relative paths stand against `baseDir`. */
export function parseProviderConfigs(
  section: Json,
  { baseDir }: { readonly baseDir: string },
): { readonly configs: readonly ProviderConfig[]; readonly problems: readonly ConfigProblem[] } {
  const configs: ProviderConfig[] = [];
  const problems: ConfigProblem[] = [];
  if (!isObject(section)) return { configs, problems };
  for (const [name, value] of Object.entries(section)) {
    const checked = checkProvider(name, value, baseDir);
    if ('config' in checked) configs.push(checked.config);
    else
      problems.push(...checked.problems.map((problem) => ({ provider: name, severity: 'error' as const, ...problem })));
  }
  return { configs, problems };
}

type Mistake = { readonly message: string; readonly hint?: string };

function checkProvider(
  name: string,
  value: unknown,
  baseDir: string,
): { readonly config: ProviderConfig } | { readonly problems: readonly Mistake[] } {
  if (!isObject(value)) return { problems: [{ message: providerMessages.notAMap() }] };
  if (!validate(value)) return { problems: [schemaMistake(value, validate.errors[0])] };
  const transport = transportOf(name, value);
  if (typeof transport !== 'string') return { problems: [transport] };
  const mistakes = [...unknownKeys(value, transport), ...missingKeys(value, transport)];
  const timeout = readDuration(value.timeout, { above: 0 });
  if (value.timeout !== undefined && !timeout.ok)
    mistakes.push({ message: providerMessages.badDuration(String(value.timeout), timeout.problem) });
  if (mistakes.length > 0) return { problems: mistakes };
  const timeoutMs = timeout.ok ? timeout.ms : undefined;
  return { config: toConfig({ name, value, transport, timeoutMs, baseDir }) };
}

function transportOf(name: string, value: Written): ProviderConfig['transport'] | Mistake {
  const preset = value.preset;
  if (isGithubModels(preset ?? name) || isGithubModels(name))
    return { message: providerMessages.githubModels(), hint: providerMessages.useAnother(Object.keys(presets)) };
  if (preset === undefined) {
    // the schema allows these words only
    return (
      (value.transport as ProviderConfig['transport'] | undefined) ?? {
        message: providerMessages.noTransport(),
        hint: providerMessages.useAnother(usable),
      }
    );
  }
  const transport = Object.hasOwn(presets, preset) ? presets[preset] : undefined;
  if (transport === undefined)
    return { message: providerMessages.unknownPreset(preset), hint: hintFor(preset, Object.keys(presets)) };
  if (value.transport !== undefined && value.transport !== transport)
    return { message: providerMessages.presetTransport(preset, transport) };
  return transport;
}

function unknownKeys(value: object, transport: ProviderConfig['transport']): Mistake[] {
  const known = keys[transport];
  if (known === undefined) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({ message: providerMessages.unknownKey(key), hint: hintFor(key, known) }));
}

function missingKeys(value: Written, transport: ProviderConfig['transport']): Mistake[] {
  if (transport === 'shell' && value.command === undefined)
    return [{ message: providerMessages.needs('command', transport) }];
  if (transport === 'scripted' && value.answers === undefined)
    return [{ message: providerMessages.needs('answers', transport) }];
  return [];
}

function toConfig(made: {
  readonly name: string;
  readonly value: Written;
  readonly transport: ProviderConfig['transport'];
  readonly timeoutMs: number | undefined;
  readonly baseDir: string;
}): ProviderConfig {
  const { name, value, transport, timeoutMs, baseDir } = made;
  return {
    name,
    transport,
    ...(value.preset === undefined ? {} : { preset: value.preset }),
    ...(value.command === undefined
      ? {}
      : { command: value.command.map((word, index) => resolveWord(word, { baseDir, isProgram: index === 0 })) }),
    env: value.env ?? [],
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    // the schema allows these words only
    ...(value.strategy === undefined ? {} : { strategy: value.strategy as NonNullable<ProviderConfig['strategy']> }),
    ...(value.result === undefined ? {} : { result: value.result }),
    ...(value.answers === undefined ? {} : { answers: resolve(baseDir, value.answers) }),
    options: optionsOf(value, baseDir),
  };
}

/** Everything else is the transport's own. */
function optionsOf(value: Written, baseDir: string): JsonObject {
  const taken = new Set([...common, 'command', 'result', 'answers', 'readable']);
  const rest = Object.entries(value).filter(([key]) => !taken.has(key));
  const readable =
    value.readable === undefined ? {} : { readable: value.readable.map((path) => resolve(baseDir, path)) };
  // JSON read from YAML
  return toJson({ ...Object.fromEntries(rest), ...readable }) as JsonObject;
}

/** `./x` and `../x` stand against the configuration file, and so does a program in a folder: never against a worktree, whose files others wrote. */
function resolveWord(
  word: string,
  { baseDir, isProgram }: { readonly baseDir: string; readonly isProgram: boolean },
): string {
  const isPlace = /^\.\.?\//.test(word) || (isProgram && word.includes('/'));
  return !isAbsolute(word) && isPlace ? resolve(baseDir, word) : word;
}

function schemaMistake(value: { readonly [key: string]: unknown }, error: ErrorObject | undefined): Mistake {
  const path = error?.instancePath.split('/').slice(1).join('.') ?? '';
  if (path === 'transport')
    return {
      message: providerMessages.unknownTransport(String(value['transport'])),
      hint: hintFor(String(value['transport']), usable),
    };
  return { message: providerMessages.wrong(path, error?.message ?? '') };
}

function hintFor(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? providerMessages.useAnother(known) : fileMessages.didYouMean(near);
}
