// The private folder of one request: where the agent finds its inputs and leaves its result. Reads nothing through links.
import { constants } from 'node:fs';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import { maxResultBytes } from '../result/parse-result.ts';

/** The folder and the files in it. */
export interface RequestFiles {
  readonly folder: string;
  readonly resultFile: string;
  readonly inputsFile: string;
  /** What the agent left; undefined when there is no plain file. At most one byte more than a result may have. */
  readResult(): Promise<string | undefined>;
  remove(): Promise<void>;
}

/** A new folder with the inputs in it. */
export async function createRequestFiles(inputs: Json): Promise<RequestFiles> {
  const folder = temporaryFolder('request');
  const resultFile = join(folder, 'result.json');
  const inputsFile = join(folder, 'inputs.json');
  await writeFile(inputsFile, `${JSON.stringify(inputs, null, 2)}\n`);
  return {
    folder,
    resultFile,
    inputsFile,
    readResult: () => readPlainFile(resultFile),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readPlainFile(path: string): Promise<string | undefined> {
  // the agent owns the folder: a link would make us read for it, a pipe would make us wait
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (file === undefined) return undefined;
  try {
    const about = await file.stat();
    if (!about.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(about.size, maxResultBytes + 1));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
