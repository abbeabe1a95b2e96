// What people see of a conversation with a model while it goes on and afterwards. Bounded, and without secrets.
import { fit } from '../../support/index.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import type { Artifact, ProviderContext } from '../model/types.ts';
import { progressLines } from './progress.ts';

/** The record of one request. */
export interface LlmRecord {
  tell(text: string): void;
  keep(entry: TranscriptEntry): void;
  /** Those of the persona, and the record itself. */
  artifacts(own: readonly Artifact[] | undefined): { readonly artifacts?: readonly Artifact[] };
}

const recordBytes = 256 * 1024;

/** A new record. */
export function createLlmRecord(context: ProviderContext): LlmRecord {
  const lines: string[] = [];
  let bytes = 0;
  function write(line: string): void {
    bytes += line.length;
    // the prompt is kept elsewhere, and what files hold is in the repository
    if (bytes < 8 * recordBytes) lines.push(line);
  }
  return {
    tell: progressLines(context),
    keep(entry) {
      context.transcript?.(entry);
      if (entry.kind === 'message' && entry.from === 'persona' && entry.thought !== true) write(entry.text);
      else if (entry.kind === 'tool' && entry.state !== 'open')
        write(`> ${entry.title}${entry.state === 'failed' ? ` (refused: ${entry.output ?? ''})` : ''}`);
      else if (entry.kind === 'note') write(`# ${entry.text}`);
    },
    artifacts(own) {
      if (lines.length === 0) return own === undefined ? {} : { artifacts: own };
      const content = fit(context.redactor.text(lines.join('\n')), recordBytes);
      return { artifacts: [...(own ?? []), { name: 'answer', mediaType: 'text/plain', content }] };
    },
  };
}
