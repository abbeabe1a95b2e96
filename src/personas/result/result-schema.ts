// What a persona may hand in, as one schema: type, check and published form. Tolerant in spelling, strict in meaning.
import Type from 'typebox';
import type { Static } from 'typebox';
import { nextActions } from './next-words.ts';

const finding = Type.Object({
  path: Type.String({ minLength: 1 }),
  startLine: Type.Optional(Type.Integer({ minimum: 1 })),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  endLine: Type.Optional(Type.Integer({ minimum: 1 })),
  level: Type.Optional(Type.String()),
  severity: Type.Optional(Type.String()),
  message: Type.String({ minLength: 1 }),
  title: Type.Optional(Type.String()),
});

const count = Type.Integer({ minimum: 0 });

/** JSON Schema of a result as it is handed in; published as schema/result.schema.json. */
export const resultSchema = Type.Object(
  {
    status: Type.Optional(Type.Union([Type.String(), Type.Boolean()])),
    verdict: Type.Optional(Type.Union([Type.String(), Type.Boolean()])),
    success: Type.Optional(Type.Boolean()),
    passed: Type.Optional(Type.Boolean()),
    approved: Type.Optional(Type.Boolean()),
    summary: Type.Optional(Type.String()),
    outputs: Type.Optional(Type.Object({}, { additionalProperties: true })),
    noop: Type.Optional(Type.String()),
    findings: Type.Optional(Type.Array(finding, { maxItems: 500 })),
    evidence: Type.Optional(
      Type.Array(
        Type.Object({
          command: Type.Union([Type.String(), Type.Array(Type.String())]),
          exitCode: Type.Optional(Type.Integer()),
          exit_code: Type.Optional(Type.Integer()),
          tests: Type.Optional(Type.Object({ run: count, passed: count, failed: count, skipped: count })),
          output: Type.Optional(Type.String()),
        }),
        { maxItems: 50 },
      ),
    ),
    artifacts: Type.Optional(
      Type.Array(
        Type.Object({
          name: Type.String({ minLength: 1 }),
          mediaType: Type.Optional(Type.String()),
          content: Type.String(),
        }),
        { maxItems: 20 },
      ),
    ),
    changes: Type.Optional(
      Type.Object(
        {
          patch: Type.Optional(
            Type.String({ description: 'What `git format-patch --stdout` or `git diff --binary` prints, as text' }),
          ),
          patch_base64: Type.Optional(
            Type.String({ description: 'The same in base64, for files that are not all UTF-8' }),
          ),
          bundle: Type.Optional(
            Type.String({ description: 'What `git bundle create - <base>..HEAD` prints, in base64' }),
          ),
          base: Type.Optional(
            Type.String({
              pattern: '^[0-9a-f]{40}$',
              description: 'The commit that they were made on; left out, the one that the request is about',
            }),
          ),
        },
        {
          additionalProperties: false,
          description:
            'Files that were changed elsewhere: exactly one of `patch`, `patch_base64` and `bundle`, of at most 10 MiB. Only the difference of files is taken over, and it is judged like any other work',
        },
      ),
    ),
    next: Type.Optional(
      Type.Object({
        action: Type.String({
          examples: [...nextActions],
          description:
            'proceed (as without it); ask (people, with `questions`); info (`files` of the repository are wanted first); retry (another attempt); skip (the optional steps that come next are not needed) and stop (nothing has to be done: the run ends here with success), both with `reason`',
        }),
        reason: Type.Optional(Type.String()),
        questions: Type.Optional(Type.Array(Type.String())),
        files: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
        recommended_next_stage: Type.Optional(Type.String()),
      }),
    ),
    info_request: Type.Optional(
      Type.Object(
        { files: Type.Array(Type.String(), { maxItems: 100 }) },
        { description: 'The same as `next` with the action `info`' },
      ),
    ),
    usage: Type.Optional(Type.Unknown()),
    model: Type.Optional(Type.String()),
    error: Type.Optional(
      Type.Union([
        Type.String(),
        Type.Object({
          class: Type.Optional(Type.String()),
          message: Type.Optional(Type.String()),
          retryAfterMs: Type.Optional(Type.Number({ minimum: 0 })),
        }),
      ]),
    ),
  },
  { $id: 'https://troupe.dev/schema/result.schema.json', title: 'Result of a persona' },
);

export type WrittenResult = Static<typeof resultSchema>;
