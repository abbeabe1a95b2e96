// Requests that wait to be fetched by whoever works on them: each lies at an address which is signed for it alone, and is given to one worker.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tickets } from '../engine/index.ts';
import type { RequestOffers } from '../steps/index.ts';
import { isSame, requestPath, signedWith } from '../support/index.ts';
import type { Clock, Redactor } from '../support/index.ts';
import type { KeptFolders } from './kept-folders.ts';

/** What the offers are made of. */
export interface RequestPorts {
  /** Those of the kind `requests`. */
  readonly folders: KeptFolders;
  readonly tickets: Pick<Tickets, 'get'>;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/** What somebody asks for: parts of the address, and who asks. */
export interface AskedRequest {
  readonly requestId: string;
  readonly until: string;
  readonly signature: string;
  /** The worker, by a name that it keeps when it asks again. */
  readonly by: string;
}

/** `forged`: it was not signed for this request. `taken`: another worker has it. `over`: its time is over, or nobody waits for the answer any more. */
export type FoundRequest = { readonly body: Uint8Array } | 'forged' | 'taken' | 'over';

/** Offers, and what is found under their addresses. */
export interface Requests extends RequestOffers {
  find(asked: AskedRequest): Promise<FoundRequest>;
}

/** Where it takes as long as it takes, the address is good for so long. */
const longestMs = 7 * 24 * 3_600_000;
const [bodyFile, takenFile] = ['body.json', 'taken'];

/** The offers of a host that others reach. */
export function createRequests({ folders, tickets, publicUrl, clock, redactor }: RequestPorts): Requests {
  return {
    async offer({ run, requestId, body, secret, deadline }) {
      const kept = await folders.kept(run, requestId);
      const isThere = kept !== undefined && (await textIn(kept, bodyFile)) !== undefined;
      const folder = isThere ? kept : await folders.fresh(run, requestId);
      // offered again it is the same request: whoever has it goes on with it
      if (!isThere) await writeWhole(join(folder, bodyFile), body);
      const until = String(deadline ?? clock.now() + longestMs);
      const signature = signatureOf(secret, { requestId, until });
      // whoever gets it may repeat it
      redactor.add(signature, Number(until) - clock.now());
      const query = new URLSearchParams({ until, signature });
      const isTaken = (await textIn(folder, takenFile)) !== undefined;
      return { url: `${publicUrl}${requestPath(requestId)}?${query.toString()}`, isTaken };
    },
    async find({ requestId, until, signature, by }) {
      const row = await tickets.get(requestId);
      const secret = row?.secret ?? undefined;
      if (row === undefined || secret === undefined || by === '') return 'forged';
      if (!isSame(signature, signatureOf(secret, { requestId, until }))) return 'forged';
      const isWaited = row.state === 'sending' || row.state === 'waiting';
      const folder = isWaited && Number(until) > clock.now() ? await folders.kept(row.run, requestId) : undefined;
      const body = folder === undefined ? undefined : await textIn(folder, bodyFile);
      if (folder === undefined || body === undefined) return 'over';
      return (await take(join(folder, takenFile), by)) ? { body: Buffer.from(body, 'utf8') } : 'taken';
    },
  };
}

/** The first one gets it, and again when it asks again. */
async function take(file: string, by: string): Promise<boolean> {
  try {
    await writeFile(file, by, { flag: 'wx', mode: 0o600, flush: true });
    return true;
  } catch (error) {
    if (!isThereAlready(error)) throw error;
    return (await readFile(file, 'utf8')) === by;
  }
}

function isThereAlready(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

async function textIn(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), 'utf8').catch(() => undefined);
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.part`, text, { mode: 0o600, flush: true });
  await rename(`${file}.part`, file);
}

function signatureOf(secret: string, { requestId, until }: Pick<AskedRequest, 'requestId' | 'until'>): string {
  return signedWith(secret, ['request', requestId, until]);
}
