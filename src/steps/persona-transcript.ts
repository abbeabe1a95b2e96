// The transcript of a request in one attempt, kept among what the run keeps: the prompt first, the result last, whatever its transport tells.
import { writeTranscript } from '../personas/index.ts';
import type { LostSession, PersonaResult, ProviderAnswer, Ticket, TranscriptWriter } from '../personas/index.ts';
import type { StepContext } from '../engine/index.ts';
import { messageOf, transcriptName, transcriptPiece } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { StepServices } from './common/types.ts';

/** Whose transcript it is. */
export interface Told {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly ticket: Pick<Ticket, 'requestId' | 'provider'>;
}

/** Works with a transcript: what comes of it is told last, and all of it is kept when this resolves or rejects. */
export async function withTranscript<Answer extends ProviderAnswer | LostSession>(
  about: Told,
  work: (transcript: TranscriptWriter) => Promise<Answer>,
): Promise<Answer> {
  const transcript = openTranscript(about);
  try {
    const answer = await work(transcript);
    if ('answer' in answer) transcript.tell(resultEntry(answer.answer));
    else if ('lost' in answer) transcript.tell({ kind: 'note', text: personaStepMessages.anew(answer.lost) });
    else transcript.tell({ kind: 'note', text: personaStepMessages.waitsFor(about.ticket.provider) });
    return answer;
  } catch (error) {
    transcript.tell({ kind: 'result', status: 'error', summary: messageOf(error) });
    throw error;
  } finally {
    await transcript.close();
  }
}

function openTranscript({ context, services, ticket }: Told): TranscriptWriter {
  const { path, attempt, state } = context;
  // an attempt that waited for its answer goes on where it was
  let number = (state.artifacts ?? []).filter(({ name }) => transcriptPiece(path, name)?.attempt === attempt).length;
  return writeTranscript({
    clock: services.clock,
    redactor: services.redactor,
    log: services.log,
    attempt,
    request: ticket.requestId,
    async keep(content) {
      number += 1;
      const name = transcriptName(path, { attempt, number });
      const piece = { name, mediaType: 'application/jsonl', content, evenWhenOver: true };
      try {
        await services.keepArtifact(context, piece);
      } catch (error) {
        // it may have been cancelled between the look and the record
        if (!context.signal.aborted) throw error;
        await services.keepArtifact(context, piece);
      }
    },
  });
}

function resultEntry({ status, summary, error }: PersonaResult) {
  const said = error === undefined ? summary : `${error.class}: ${error.message}`;
  return { kind: 'result', status, summary: said } as const;
}
