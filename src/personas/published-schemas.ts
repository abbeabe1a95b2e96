// The schemas of files that people and personas write, as they are published. Lists them only.
import { personaSchema } from './files/persona-schema.ts';
import { answersSchema } from './providers/answers-schema.ts';
import { resultSchema } from './result/result-schema.ts';
import { transcriptSchema } from './transcript/transcript-schema.ts';

/** By what the file is: a persona, the answers of a script, the result of a command, what a persona did. */
export const publishedSchemas = {
  persona: personaSchema,
  answers: answersSchema,
  result: resultSchema,
  transcript: transcriptSchema,
} as const;
