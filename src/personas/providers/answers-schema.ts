// What may stand in an answers file: the one source for check, type and published schema.
import Type from 'typebox';
import type { Static } from 'typebox';
import { resultSchema } from '../result/result-schema.ts';

/** One answer. Without a `status` (or with `raw` that holds none) it is an answer that says nothing, as a real persona may. */
export const answerSchema = Type.Object(
  {
    ...resultSchema.properties,
    edits: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
        description: 'Files to write in the worktree: path → content; null deletes.',
      }),
    ),
    delay: Type.Optional(
      Type.Union([Type.Number({ minimum: 0 }), Type.String()], {
        description: 'Seconds, or "90s", "30m": waited before it answers.',
      }),
    ),
    raw: Type.Optional(
      Type.String({ description: 'Printed text instead of a result object: read as the output of a real agent.' }),
    ),
  },
  { additionalProperties: false },
);

/** JSON Schema of an answers file; published as schema/answers.schema.json. */
export const answersSchema = Type.Record(
  Type.String(),
  Type.Union([answerSchema, Type.Array(answerSchema, { minItems: 1 }), Type.Null()]),
  {
    $id: 'https://troupe.dev/schema/answers.schema.json',
    title: 'Answers of scripted personas',
    description:
      'Step id (for one item of a `foreach`: its path, `reviews.0.review`), persona id or `*` → one answer, or a list for successive attempts (the last one repeats).',
  },
);

export type Answer = Static<typeof answerSchema>;
