// Pieces that several keys of a workflow file share. `title` completes the sentence "is not …"; `description` is what the
// language page prints.
import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { Json, JsonObject } from '../../support/index.ts';

/** Closed objects: a key that is not listed is an error. */
export const closed = { additionalProperties: false } as const;

export function text(description: string) {
  return Type.String({ description, title: 'text' });
}

export function expression(description: string) {
  return Type.String({ description, minLength: 1, title: 'an expression' });
}

export function flag(description: string) {
  return Type.Boolean({ description, title: 'true or false' });
}

/** `true` for the usual thing, or a text that names another. */
export function flagOrText(description: string) {
  return Type.Unsafe<boolean | string>({
    type: ['boolean', 'string'],
    minLength: 1,
    description,
    title: 'true, or text',
  });
}

export function texts(description: string) {
  return Type.Array(Type.String({ minLength: 1, title: 'text' }), { description, title: 'a list of texts' });
}

/** Providers, the first one first: the next one is asked where the one before it is out. */
export function providerNames(description: string) {
  return Type.Unsafe<string | readonly string[]>({
    type: ['string', 'array'],
    minLength: 1,
    minItems: 1,
    uniqueItems: true,
    items: { type: 'string', minLength: 1 },
    description,
    title: 'the name of a provider or a list of names',
  });
}

/** One of a few words. */
export function word<const Words extends readonly string[]>(words: Words, description: string) {
  return Type.Unsafe<Words[number]>({ type: 'string', enum: [...words], description, title: 'one of these words' });
}

export function whole(description: string, limits: { readonly minimum: number; readonly maximum?: number }) {
  return Type.Integer({ description, title: `a whole number${rangeOf(limits)}`, ...limits });
}

export function amount(description: string) {
  return Type.Number({ description, title: 'a number above 0', exclusiveMinimum: 0 });
}

export function duration(description: string) {
  return Type.Unsafe<number | string>({
    type: ['number', 'string'],
    minimum: 0,
    pattern: '^\\s*(\\d+(\\.\\d+)?(ms|s|m|h|d))+\\s*$|^\\d+(\\.\\d+)?$|\\{\\{',
    description,
    title: 'a duration: 90 (seconds), "90s", "30m" or "1h"',
  });
}

/** Free keys; texts in it may be templates. */
export function free(description: string) {
  return Type.Unsafe<JsonObject>({ type: 'object', description, title: 'an object' });
}

export function anything(description: string) {
  return Type.Unsafe<Json>({ description });
}

/** A named set of templates. */
export function templates(description: string) {
  return Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }), Type.String({ title: 'text' }), {
    additionalProperties: false,
    description,
    title: 'an object of names and templates',
  });
}

/** An object, or something else: ajv then reports on the one that was meant. */
export function objectOr<Value>(object: TSchema, other: TSchema, description: string) {
  return Type.Unsafe<Value>({ description, if: { type: 'object' }, then: object, else: other });
}

/** One of the words, or a list of them. */
export function oneOrMore(words: readonly string[]) {
  return {
    type: ['string', 'array'],
    if: { type: 'array' },
    then: { items: { type: 'string', enum: [...words], title: 'one of these words' } },
    else: { enum: [...words], title: 'one of these words' },
    title: `one or more of ${words.join(', ')}`,
  };
}

/** A list of steps. */
export function steps(description: string) {
  return Type.Unsafe<readonly JsonObject[]>({
    type: 'array',
    items: { $ref: '#/$defs/step' },
    description,
    title: 'a list of steps',
  });
}

function rangeOf(limits: { readonly minimum: number; readonly maximum?: number }): string {
  return limits.maximum === undefined ? ` from ${limits.minimum}` : ` from ${limits.minimum} to ${limits.maximum}`;
}
