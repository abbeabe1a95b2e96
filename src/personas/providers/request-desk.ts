// Where a request keeps what its persona hands in: in files that a death of this process leaves. Found there, it counts as if it had been taken at once.
import { appendFileSync, closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { byteLength, isObject, parseJson } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { maxResultBytes } from '../result/parse-result.ts';

/** The desk of one request that is under way. Its own files lie beside the folder of the persona. */
export interface RequestDesk {
  /** Where the persona leaves its result: shown to it, and nothing else of the desk. */
  readonly folder: string;
  /** A piece of what it printed. */
  print(text: string): void;
  /** What it handed in through a tool, durable when this returns. undefined: that does not count any more. */
  handIn(given: unknown): void;
  /** It came to its end by itself: what is known of it. */
  end(about: object): void;
}

/** What lies on the desk of a request whose process died. Nothing of it is checked. */
export interface LeftOnDesk {
  /** The result file as it stands. */
  readonly file?: string;
  readonly printed: string;
  readonly handedIn?: unknown;
  readonly end?: JsonObject;
}

const names = { folder: 'persona', printed: 'printed', handedIn: 'handed-in.json', end: 'end.json' } as const;
/** Who prints more has no answer that is nothing but a result. */
const mostPrinted = 4 * maxResultBytes;
/** Both outputs of a command, as JSON at its worst. */
const mostOfEnd = 64 * maxResultBytes;

/** The result file below the folder of the persona. */
export const resultFileName = 'result.json';

/** Opens the desk; undefined where nothing outlives the process. */
export async function openDesk(path: string | undefined): Promise<RequestDesk | undefined> {
  if (path === undefined) return undefined;
  const folder = join(path, names.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let room = mostPrinted;
  return {
    folder,
    print(text) {
      if (room <= 0) return;
      room -= byteLength(text);
      asFarAsPossible(() => appendFileSync(join(path, names.printed), text, { mode: 0o600 }));
    },
    handIn(given) {
      const file = join(path, names.handedIn);
      if (given === undefined) rmSync(file, { force: true });
      else asFarAsPossible(() => writeWhole(file, JSON.stringify(given)));
    },
    end: (about) => asFarAsPossible(() => writeWhole(join(path, names.end), JSON.stringify(about))),
  };
}

/** Reads what was left. */
export async function readDesk(path: string): Promise<LeftOnDesk> {
  const [file, printed, handedIn, end] = await Promise.all([
    readPlainFile(join(path, names.folder, resultFileName), maxResultBytes + 1),
    readPlainFile(join(path, names.printed), mostPrinted),
    readPlainFile(join(path, names.handedIn), 2 * maxResultBytes),
    readPlainFile(join(path, names.end), mostOfEnd),
  ]);
  const about = parsed(end);
  return {
    ...(file === undefined ? {} : { file }),
    printed: printed ?? '',
    ...(handedIn === undefined ? {} : { handedIn: parsed(handedIn) }),
    ...(isObject(about) ? { end: about as JsonObject } : {}), // parsed from JSON text
  };
}

/** The file's content, as far as `most` bytes; undefined when there is no plain file. */
export async function readPlainFile(path: string, most: number): Promise<string | undefined> {
  // the agent owns the folder: a link would make us read for it, a pipe would make us wait
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined) return undefined;
  try {
    const about = await file.stat();
    if (!about.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(about.size, most));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : parseJson(text);
  } catch {
    return undefined;
  }
}

/** There or not, never by halves. */
function writeWhole(path: string, text: string): void {
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

/** This process has it in hand all the same: where the disk is full nothing is lost but what would help after a death. */
function asFarAsPossible(write: () => void): void {
  try {
    write();
  } catch {
    // whoever writes next to the journal waits for the disk, and says so
  }
}
