// The private folder of one request: where the agent finds its inputs and leaves its result, unless a desk keeps that. Reads nothing through links.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import { maxResultBytes } from '../result/parse-result.ts';
import { readPlainFile, resultFileName } from './request-desk.ts';
import type { RequestDesk } from './request-desk.ts';

/** The folder and the files in it. */
export interface RequestFiles {
  readonly folder: string;
  /** Where the agent may write: the folder, and that of the result file. */
  readonly writable: readonly string[];
  readonly resultFile: string;
  readonly inputsFile: string;
  /** What the agent left; undefined when there is no plain file. At most one byte more than a result may have. */
  readResult(): Promise<string | undefined>;
  /** Everything but what lies on the desk. */
  remove(): Promise<void>;
}

/** A new folder with the inputs in it. */
export async function createRequestFiles(inputs: Json, desk: RequestDesk | undefined): Promise<RequestFiles> {
  const folder = temporaryFolder('request');
  const resultFile = join(desk?.folder ?? folder, resultFileName);
  const inputsFile = join(folder, 'inputs.json');
  await writeFile(inputsFile, `${JSON.stringify(inputs, null, 2)}\n`);
  return {
    folder,
    writable: desk === undefined ? [folder] : [folder, desk.folder],
    resultFile,
    inputsFile,
    readResult: () => readPlainFile(resultFile, maxResultBytes + 1),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
