// One line of a transcript, as one schema for every transport: type, check and published form.
import Type from 'typebox';
import type { Static } from 'typebox';

const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const head = {
  at: Type.String({ description: 'When it happened, in UTC: `2026-11-30T12:00:00.000Z`' }),
  attempt: Type.Integer({ minimum: 1, description: 'The attempt of the step that it belongs to' }),
  request: Type.String({
    description: 'The request that it belongs to: an attempt that goes on with the request of another one keeps its id',
  }),
};

/** Rows are closed: what another version adds is a version of the schema. */
function row<Kind extends string, Fields extends Record<string, Type.TSchema>>(
  kind: Kind,
  description: string,
  fields: Fields,
) {
  return Type.Object({ ...head, kind: Type.Literal(kind), ...fields }, { description, additionalProperties: false });
}

/** JSON Schema of a line; published as schema/transcript.schema.json. */
export const transcriptSchema = Type.Union(
  [
    row('message', 'What Troupe wrote to the persona, or the persona said. The first one is the prompt', {
      from: Type.Union([Type.Literal('troupe'), Type.Literal('persona')]),
      text,
      thought: Type.Optional(Type.Literal(true, { description: 'Thought, not said' })),
    }),
    row('tool', 'A tool that it used; told again with the same id as it goes on', {
      id: text,
      tool: Type.String({ description: 'read, search, edit, execute, web; else the agent’s own word' }),
      title: text,
      paths: Type.Optional(Type.Array(text)),
      state: Type.Union([Type.Literal('open'), Type.Literal('done'), Type.Literal('failed')]),
      input: Type.Optional(Type.Unknown({ description: 'What it was given; as a text where it was cut' })),
      output: Type.Optional(text),
    }),
    row('permission', 'It asked whether it may use a tool, and what Troupe answered', {
      id: text,
      tool: text,
      title: text,
      answer: Type.Union([Type.Literal('allowed'), Type.Literal('refused')]),
      reason: Type.Optional(text),
    }),
    row('model', 'A request to a model, as it was counted. What is not there is unknown', {
      model: text,
      inputTokens: Type.Optional(count),
      outputTokens: Type.Optional(count),
      cacheReadTokens: Type.Optional(count),
      costUsd: Type.Optional(Type.String({ description: 'Decimal text' })),
      status: Type.Integer({ description: 'Of the answer; 0: there was none' }),
    }),
    row('refused', 'A connection that the walls refused', { host: text, port: count }),
    row('result', 'What it handed in, as it was read', { status: text, summary: text }),
    row('note', 'Anything else that somebody who reads it should know', { text }),
  ],
  { $id: 'https://troupe.dev/schema/transcript.schema.json', title: 'A line of a transcript' },
);

/** A line, read. */
export type TranscriptRow = Static<typeof transcriptSchema>;
