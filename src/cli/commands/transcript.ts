// `troupe transcript`: what was done in a step, line by line, as it was kept. Reads beside a running bot.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import picocolors from 'picocolors';
import type { RunState } from '../../engine/index.ts';
import { readTranscript } from '../../personas/index.ts';
import type { TranscriptRow } from '../../personas/index.ts';
import { transcriptPiece, TroupeError } from '../../support/index.ts';
import { dataDirOf, dataDirOption, openReader, stateOf, stepFrom, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { transcriptSentences as say } from '../common/messages-transcript.ts';
import { transcriptLines } from '../common/transcript-lines.ts';
import { transcriptPage } from '../common/transcript-page.ts';

interface Options {
  readonly attempt?: string;
  readonly html?: string | true;
  readonly full?: boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe transcript`. */
export function registerTranscript(program: Command, io: Io): void {
  program
    .command('transcript')
    .argument('<run>', 'the run id')
    .argument('<step>', 'the step, by its path')
    .description('print what a persona did in a step: messages, tools, permissions, requests to models, the result')
    .option('--attempt <n>', 'only this attempt')
    .option('--full', 'show long texts whole')
    .option('--html [file]', 'write one page that needs nothing else (default: <run>-<step>.html)')
    .option(...dataDirOption)
    .option('--json', 'the lines as they are kept, one JSON document each, as schema/transcript.schema.json says')
    .addHelpText(
      'after',
      '\nExamples:\n  troupe transcript rabcdefghijklmno implement\n  troupe transcript rabcdefghijklmno implement --attempt 2 --html implement.html',
    )
    .action((run: string, step: string, options: Options) => showTranscript({ run, step, options }, io));
}

interface Asked {
  readonly run: string;
  readonly step: string;
  readonly options: Options;
}

async function showTranscript({ run, step: named, options }: Asked, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const state = await withReader(dataDir, (journal) => stateOf(journal, run, dataDir));
  const step = stepFrom(state, named).path;
  const pieces = wantedPieces(state, step, options.attempt);
  const { text, gone } = await readPieces(dataDir, pieces);
  const { rows, unreadable } = readTranscript(text);
  if (gone > 0) io.note(say.gone(gone));
  if (unreadable > 0) io.note(say.unreadable(unreadable));
  if (options.html !== undefined) return writePage({ run: state.id, step, rows, file: options.html }, io);
  if (options.json === true) return rows.forEach((row) => io.out(JSON.stringify(row)));
  const paint = picocolors.createColors(io.colours === true);
  for (const line of transcriptLines(rows, { paint, isFull: options.full === true })) io.out(line);
}

async function writePage(
  { run, step, rows, file }: { run: string; step: string; rows: readonly TranscriptRow[]; file: string | true },
  io: Io,
): Promise<void> {
  const name = file === true ? `${run}-${step.replaceAll(/[^\w.-]+/g, '-')}.html` : file;
  await writeFile(resolve(io.cwd, name), transcriptPage({ run, step }, rows));
  io.note(say.wrote(name, rows.length));
}

/** The blobs of the pieces in the order in which they were written. Throws `cli/no-transcript`. */
function wantedPieces(state: RunState, step: string, attempt: string | undefined): readonly string[] {
  const all = (state.artifacts ?? []).flatMap(({ step: of, name, sha256 }) => {
    const piece = of === step ? transcriptPiece(step, name) : undefined;
    return piece === undefined ? [] : [{ ...piece, sha256 }];
  });
  if (all.length === 0) throw notThere(say.none(step), say.noneHint);
  const wanted = all.filter((piece) => attempt === undefined || String(piece.attempt) === attempt);
  const attempts = [...new Set(all.map((piece) => piece.attempt))].toSorted((a, b) => a - b);
  if (wanted.length === 0) throw notThere(say.noAttempt(step, attempt ?? ''), say.attemptsHint(attempts));
  // one that was told twice is one
  const byPlace = new Map(wanted.map((piece) => [`${piece.attempt}.${piece.number}`, piece]));
  return [...byPlace.values()]
    .toSorted((a, b) => a.attempt - b.attempt || a.number - b.number)
    .map(({ sha256 }) => sha256);
}

function notThere(message: string, hint: string): TroupeError {
  return new TroupeError('cli/no-transcript', message, { class: 'config', hint });
}

async function readPieces(dataDir: string, pieces: readonly string[]): Promise<{ text: string; gone: number }> {
  const reader = await openReader(dataDir);
  try {
    const found = await Promise.all(pieces.map((sha256) => reader.blobs.get(sha256)));
    const there = found.filter((bytes) => bytes !== undefined);
    return {
      text: there.map((bytes) => Buffer.from(bytes).toString('utf8')).join('\n'),
      gone: found.length - there.length,
    };
  } finally {
    await reader.close();
  }
}
