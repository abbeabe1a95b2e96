// The `providers:` section of the operator's file → checked configurations and every problem. Reads no files and no environment.
import { isAbsolute, resolve } from 'node:path';
import type { ErrorObject } from 'ajv';
import { isObject, nearest, readDuration, schemaCheck, schemaProblem, defined } from '../../support/index.ts';
import type { Json, JsonObject, SchemaCheck } from '../../support/index.ts';
import { fileMessages, providerMessages } from '../model/messages.ts';
import type { ProviderConfig, ProviderProblem, Strategy } from '../model/types.ts';
import { entrySchema } from './entry-schema.ts';
import { isGithubModels, presets, variablesOf } from './presets.ts';
import type { Placing, Transport } from './transport.ts';

/** A problem, whose it is, and where in the section. */
export interface ConfigProblem extends ProviderProblem {
  readonly provider: string;
  /** Keys and indexes from the section down. */
  readonly path: readonly (string | number)[];
  /** The key itself is wrong, not what it says. */
  readonly ofKey?: true;
}

/** All providers that can be used, and what is wrong with the others. */
export interface ParsedConfigs {
  readonly configs: readonly ProviderConfig[];
  readonly problems: readonly ConfigProblem[];
  /** Why an entry that is right can't be used in this version, by provider. */
  readonly unusable: ReadonlyMap<string, ProviderProblem>;
}

/** How a section is read. Relative paths stand against `baseDir`. */
export interface ParseOptions {
  readonly baseDir: string;
  readonly transports: readonly Transport[];
}

/** Checks every entry. */
export function parseProviderConfigs(section: Json, { baseDir, transports }: ParseOptions): ParsedConfigs {
  const configs: ProviderConfig[] = [];
  const problems: ConfigProblem[] = [];
  const unusable = new Map<string, ProviderProblem>();
  const at: Placing = { file: (path) => resolve(baseDir, path), folder: (path) => resolve(baseDir, path) };
  const check = entryCheck(transports);
  for (const [name, value] of Object.entries(isObject(section) ? section : {})) {
    const checked = check(name, value);
    if ('config' in checked) configs.push(placed(checked.config, checked.transport, at));
    else if ('unusable' in checked) unusable.set(name, checked.unusable);
    else
      problems.push(
        ...checked.mistakes.map(({ path = [], ...mistake }) => ({
          provider: name,
          severity: 'error' as const,
          ...mistake,
          path: [name, ...path],
        })),
      );
  }
  return { configs, problems, unusable };
}

/** Files that the section names by paths against its own: scripts of commands, answers. */
export function filesNamed(section: Json, transports: readonly Transport[]): readonly string[] {
  const found = new Set<string>();
  const at: Placing = {
    file(path) {
      if (!isAbsolute(path)) found.add(path);
      return path;
    },
    folder: (path) => path,
  };
  const check = entryCheck(transports);
  for (const [name, value] of Object.entries(isObject(section) ? section : {})) {
    const checked = check(name, value);
    if ('config' in checked) placed(checked.config, checked.transport, at);
  }
  return [...found];
}

interface Mistake {
  readonly message: string;
  readonly hint?: string;
  readonly path?: readonly (string | number)[];
  readonly ofKey?: true;
}

type Checked =
  | { readonly config: ProviderConfig; readonly transport: Transport }
  | { readonly unusable: ProviderProblem }
  | { readonly mistakes: readonly Mistake[] };

function placed(config: ProviderConfig, transport: Transport, at: Placing): ProviderConfig {
  return { ...config, options: transport.placed?.(config.options, at) ?? config.options };
}

/** A check of entries that compiles each transport's schema once, and none that no entry names. */
function entryCheck(transports: readonly Transport[]): (name: string, value: unknown) => Checked {
  const schemas = new Map(
    transports.map((transport) => [transport.name, schemaCheck<Written>(entrySchema(transport))]),
  );
  return (name, value) => {
    if (!isObject(value)) return { mistakes: [{ message: providerMessages.notAMap() }] };
    const word = wordOf(name, value, transports);
    if (typeof word !== 'string') return { mistakes: [word] };
    const transport = transports.find((one) => one.name === word);
    const accepts = schemas.get(word);
    if (transport === undefined || accepts === undefined) return { unusable: laterProblem(name, word, transports) };
    return checkEntry(name, withPreset(value), { transport, accepts });
  };
}

/** What a preset fills in is there as if it had been written. */
function withPreset(value: { readonly [key: string]: unknown }): object {
  const { preset } = value;
  return { ...(typeof preset === 'string' ? presets[preset]?.fills : {}), ...value };
}

function checkEntry(
  name: string,
  value: object,
  { transport, accepts }: { readonly transport: Transport; readonly accepts: SchemaCheck<Written> },
): Checked {
  const fits = accepts(value);
  const mistakes = accepts.errors.map((error) => mistakeOf(error, value, transport));
  const written = isObject(value) && transport.shared.includes('timeout') ? value['timeout'] : undefined;
  const timeout = readDuration(written, { above: 0 });
  // what is neither text nor a number is a mistake already
  if ((typeof written === 'string' || (typeof written === 'number' && fits)) && !timeout.ok)
    mistakes.push({ message: providerMessages.badDuration(String(written), timeout.problem), path: ['timeout'] });
  if (!fits || mistakes.length > 0) return { mistakes };
  return { config: toConfig(name, value, { transport, ...(timeout.ok ? { timeoutMs: timeout.ms } : {}) }), transport };
}

/** The transport's word: one that is known, whether this version has it or not. */
function wordOf(name: string, value: { readonly [key: string]: unknown }, transports: readonly Transport[]) {
  const { preset, transport } = value;
  const names = transports.map((one) => one.name);
  if (isGithubModels(typeof preset === 'string' ? preset : name) || isGithubModels(name))
    return { message: providerMessages.githubModels(), hint: providerMessages.useAnother(Object.keys(presets)) };
  if (preset === undefined) {
    if (transport === undefined)
      return { message: providerMessages.noTransport(), hint: providerMessages.useAnother(names) };
    if (typeof transport === 'string' && names.includes(transport)) return transport;
    const message = providerMessages.unknownTransport(textOf(transport));
    return { message, hint: hintFor(textOf(transport), names), path: ['transport'] };
  }
  const found = typeof preset === 'string' && Object.hasOwn(presets, preset) ? presets[preset]?.transport : undefined;
  if (found === undefined) {
    const message = providerMessages.unknownPreset(textOf(preset));
    return { message, hint: hintFor(textOf(preset), Object.keys(presets)), path: ['preset'] };
  }
  if (transport !== undefined && transport !== found)
    return { message: providerMessages.presetTransport(textOf(preset), found), path: ['preset'] };
  return found;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function laterProblem(name: string, word: string, transports: readonly Transport[]): ProviderProblem {
  return {
    severity: 'error',
    message: providerMessages.later(name, word),
    hint: providerMessages.laterHint(
      transports.map((one) => one.name),
      transports[0]?.example ?? '',
    ),
  };
}

/** What its schema lets pass. */
type Written = JsonObject & {
  readonly preset?: string;
  readonly env?: readonly string[];
  readonly timeout?: number | string;
  readonly account?: string;
  readonly concurrency?: number;
  readonly on_limit?: 'wait' | 'fail';
  readonly strategy?: Strategy;
};

function toConfig(
  name: string,
  value: Written,
  { transport, timeoutMs }: { readonly transport: Transport; readonly timeoutMs?: number },
): ProviderConfig {
  const own = Object.entries(value).filter(([key]) => Object.hasOwn(transport.schema.properties, key));
  return {
    name,
    transport: transport.name,
    ...defined({ preset: value.preset }),
    env: variablesOf(value),
    ...defined({ timeoutMs, strategy: value.strategy }),
    ...defined({ account: value.account, concurrency: value.concurrency, onLimit: value.on_limit }),
    options: Object.fromEntries(own),
  };
}

function mistakeOf(error: ErrorObject, value: object, transport: Transport): Mistake {
  const path = pathOf(error.instancePath, value);
  if (error.keyword === 'additionalProperties' && path.length === 0) {
    const key = String(error.params['additionalProperty']);
    const known = Object.keys(entrySchema(transport).properties);
    return { message: providerMessages.unknownKey(key), hint: hintFor(key, known), path: [key], ofKey: true };
  }
  if (error.keyword === 'required' && path.length === 0)
    return { message: providerMessages.needs(String(error.params['missingProperty']), transport.name) };
  return { message: providerMessages.wrong(path.join('.'), schemaProblem(error)), path };
}

/** Ajv's JSON pointer as keys; what is a number in a list stays one. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  let there = value;
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(there) ? Number(key) : key;
      there = Array.isArray(there) ? there[Number(key)] : isObject(there) ? there[key] : undefined;
      return step;
    });
}

function hintFor(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? providerMessages.useAnother(known) : fileMessages.didYouMean(near);
}
