// The pieces that the schemas of the command line's output are made of. Holds no schema of its own.
import { defined } from '../../support/index.ts';
import Type from 'typebox';
import type { Static, TObject, TProperties, TSchema } from 'typebox';

/** An object with these keys and no others: what is printed and not described is a mistake. */
export function exact<Properties extends TProperties>(
  properties: Properties,
  description?: string,
): TObject<Properties> {
  return Type.Object(properties, {
    additionalProperties: false,
    ...defined({ description }),
  });
}

/** An object whose keys depend on the workflow, the step or the version. */
export const open = Type.Object({}, { additionalProperties: true });
/** Any JSON value. */
export const anything = Type.Unknown();
/** A key that need not be there. */
export const maybe = Type.Optional;
/** A list of texts. */
export const texts = Type.Array(Type.String());
/** Milliseconds since 1970. */
export const moment = Type.Integer({ description: 'Milliseconds since 1970.' });
/** How long, in milliseconds. */
export const milliseconds = Type.Number({ minimum: 0, description: 'Milliseconds.' });
/** A count. */
export const count = Type.Integer({ minimum: 0 });
/** A run id. */
export const runId = Type.String({ pattern: '^r[a-z2-7]{15}$' });
/** A value or null. */
export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** What a value of a schema is, for whoever prints it: lists may be read-only. */
export type Printable<Schema extends TSchema> = Fixed<Static<Schema>>;
type Fixed<Value> = Value extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Fixed<Value[Key]> }
    : Value;

/** A mistake in a file, or what to think about. */
export const finding = exact({
  severity: Type.Enum(['error', 'warning']),
  code: Type.String({ description: 'Stable; has a section in docs/errors/README.md.' }),
  file: Type.String(),
  path: Type.String({ description: 'The place in the document, `steps[2].condition`.' }),
  line: Type.Integer({ minimum: 1 }),
  column: Type.Integer({ minimum: 1 }),
  message: Type.String(),
  hint: maybe(Type.String()),
});
