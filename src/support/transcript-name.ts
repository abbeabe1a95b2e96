// How the pieces of a transcript are called among what a run keeps. One place: who writes them and who finds them must not drift apart.

/** A piece by the attempt it tells of and its number there, from 1. */
export interface TranscriptPiece {
  readonly attempt: number;
  readonly number: number;
}

/** The name of a piece: `implement.2.transcript.1.jsonl`. */
export function transcriptName(step: string, { attempt, number }: TranscriptPiece): string {
  return `${step}.${attempt}.transcript.${number}.jsonl`;
}

/** Which piece of the step's transcript it is; undefined for anything else. */
export function transcriptPiece(step: string, name: string): TranscriptPiece | undefined {
  if (!name.startsWith(`${step}.`)) return undefined;
  const [, attempt, number] = /^(\d{1,9})\.transcript\.(\d{1,9})\.jsonl$/.exec(name.slice(step.length + 1)) ?? [];
  return attempt === undefined ? undefined : { attempt: Number(attempt), number: Number(number) };
}
