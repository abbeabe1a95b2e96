// Vendors' names as data: the transport that each preset goes with and what it fills in of an entry. Starts and reads nothing.
import type { JsonObject } from '../../support/index.ts';
import { agents } from '../agents/list.ts';
import { vendors } from '../llm/vendors.ts';

/** A half-written entry: what the operator writes stands above it. */
export interface Preset {
  readonly transport: string;
  /** Variables that are handed on where the entry names none. */
  readonly env: readonly string[];
  /** Keys of the transport. */
  readonly fills: JsonObject;
}

/** By name. */
export const presets: Readonly<Record<string, Preset>> = Object.fromEntries([
  ...agents.map(({ name, command, variables }) => [name, { transport: 'acp', env: variables, fills: { command } }]),
  ...vendors.map(({ name, key }) => [
    name,
    { transport: 'llm', env: key === undefined ? [] : [key], fills: { api: name } },
  ]),
]);

/**
 * The variables that an entry is given: those that it names, under `env` or one by one, else those of its preset. Whatever else is wrong
 * with it.
 */
export function variablesOf(entry: { readonly [key: string]: unknown }): readonly string[] {
  const { env, preset, key, headers, signing_secret: signing } = entry;
  const single = [key, ...(Array.isArray(headers) ? headers.filter(isText).map(afterColon) : []), signing].filter(
    isText,
  );
  const usual = typeof preset === 'string' && Object.hasOwn(presets, preset) ? (presets[preset]?.env ?? []) : [];
  // a key of its own stands in place of the usual one
  const listed = Array.isArray(env) ? env.filter(isText) : isText(key) ? [] : usual;
  return [...new Set([...listed, ...single])];
}

function afterColon(text: string): string {
  return text.slice(text.indexOf(':') + 1).trim();
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A service that is no more. */
export function isGithubModels(name: string): boolean {
  return /^github[-_ ]?models$/i.test(name);
}
