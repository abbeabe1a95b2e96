// What personas did in the runs of a job, as files that `actions/upload-artifact` can keep: all that a run keeps is gone with the runner. Writes what was kept, redacted as it is, and nothing else.
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent, RunState } from '../engine/index.ts';
import type { Store } from '../store/index.ts';
import { messageOf, transcriptPiece } from '../support/index.ts';
import type { Logger, RunId, StepPath } from '../support/index.ts';
import { runMessages } from './messages.ts';

/** Writes transcripts while their steps work: a process that is killed has left what was kept by then. */
export interface Transcripts {
  readonly name: 'transcripts';
  changed(state: RunState, events: readonly RunEvent[]): void;
  /** Resolves when all that is kept of the run here is written. */
  write(state: RunState): Promise<void>;
  close(): Promise<void>;
}

/** What it writes with. */
export interface TranscriptsOptions {
  readonly blobs: Pick<Store['blobs'], 'get'>;
  readonly dataDir: string;
  readonly log: Logger;
  /** Called when there is a first file. */
  onFirst(folder: string): void;
}

/** A transcript by its step and attempt. */
interface Wanted {
  readonly step: StepPath;
  readonly attempt: number;
}

/** The folder with the transcripts of a job, `<run>/<step>.<attempt>.jsonl`: beside its data, and not in it. */
function transcriptsFolder(dataDir: string): string {
  return `${dataDir}-transcripts`;
}

/** The folder, if anything was written; else empty, as outputs say it. */
export function writtenTranscripts(dataDir: string): string {
  const folder = transcriptsFolder(dataDir);
  return existsSync(folder) ? folder : '';
}

/** What the summary of a run says of its transcripts; nothing where there are none. */
export function notesOnTranscripts(dataDir: string, run: RunId): readonly string[] {
  const folder = transcriptsFolder(dataDir);
  return existsSync(join(folder, run)) ? [runMessages.transcripts(folder)] : [];
}

/** Transcripts of a job. */
export function createTranscripts(options: TranscriptsOptions): Transcripts {
  const { dataDir, log, onFirst } = options;
  const folder = transcriptsFolder(dataDir);
  let hasTold = false;
  let last: Promise<void> = Promise.resolve();
  async function write(state: RunState, wanted: Wanted): Promise<void> {
    const text = await textOf(options.blobs, piecesOf(state, wanted));
    if (text === '') return;
    await mkdir(join(folder, state.id), { recursive: true });
    const file = join(folder, state.id, `${wanted.step.replaceAll(/[^\w.-]+/g, '-')}.${wanted.attempt}.jsonl`);
    // a process that is killed leaves the whole file of before, or the whole new one
    await writeFile(`${file}.part`, text);
    await rename(`${file}.part`, file);
    if (!hasTold) onFirst(folder);
    hasTold = true;
  }
  function enqueue(state: RunState, all: readonly Wanted[]): void {
    for (const wanted of all) {
      last = last
        .then(() => write(state, wanted))
        .catch((error: unknown) => log.warn({ run: state.id, error: messageOf(error) }, runMessages.noTranscript));
    }
  }
  return {
    name: 'transcripts',
    changed: (state, events) =>
      enqueue(
        state,
        events.flatMap((event) =>
          event.type === 'artifact.added' ? wantedBy({ ...event.data, step: event.step }) : [],
        ),
      ),
    async write(state) {
      enqueue(state, transcriptsOf(state));
      await last;
    },
    close: () => last,
  };
}

/** Every transcript of the run, once. */
function transcriptsOf({ artifacts = [] }: RunState): readonly Wanted[] {
  const found = artifacts.flatMap(wantedBy);
  return [...new Map(found.map((one) => [`${one.step}.${one.attempt}`, one])).values()];
}

function wantedBy({ step, name }: { readonly step?: StepPath | undefined; readonly name: string }): readonly Wanted[] {
  const piece = step === undefined ? undefined : transcriptPiece(step, name);
  return step === undefined || piece === undefined ? [] : [{ step, attempt: piece.attempt }];
}

/** The blobs of its pieces in their order; one that was told twice is one. */
function piecesOf({ artifacts = [] }: RunState, { step, attempt }: Wanted): readonly string[] {
  const pieces = artifacts.flatMap((artifact) => {
    const piece = artifact.step === step ? transcriptPiece(step, artifact.name) : undefined;
    return piece?.attempt === attempt ? [[piece.number, artifact.sha256] as const] : [];
  });
  return [...new Map(pieces)].toSorted(([a], [b]) => a - b).map(([, sha256]) => sha256);
}

/** Pieces that an earlier job wrote are not on this machine: they are left out. */
async function textOf(blobs: TranscriptsOptions['blobs'], pieces: readonly string[]): Promise<string> {
  const found = await Promise.all(pieces.map((sha256) => blobs.get(sha256)));
  const texts = found.flatMap((bytes) => (bytes === undefined ? [] : [Buffer.from(bytes).toString('utf8')]));
  return texts.map((text) => (text.endsWith('\n') ? text : `${text}\n`)).join('');
}
