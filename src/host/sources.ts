// The code for personas that work elsewhere: a bundle of the commit that a request is about, at an address which is signed for this request alone.
import type { Tickets } from '../engine/index.ts';
import { bundleIn } from '../git/index.ts';
import type { SourceBundleFile } from '../git/index.ts';
import type { SourceOffers } from '../steps/index.ts';
import { isSame, isSha, signedWith, sourcePath } from '../support/index.ts';
import type { Clock, Redactor } from '../support/index.ts';
import type { KeptFolders } from './kept-folders.ts';

/** What the offers are made of. */
export interface SourcePorts {
  /** Those of the kind `sources`. */
  readonly folders: KeptFolders;
  readonly tickets: Pick<Tickets, 'get'>;
  readonly publicUrl: string;
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/** What somebody asks for: parts of the address. */
export interface AskedSource {
  readonly requestId: string;
  readonly commit: string;
  readonly until: string;
  readonly signature: string;
}

/** `forged`: it was not signed for this request. `over`: its time is over, or nobody waits for the answer any more. */
export type FoundSource = SourceBundleFile | 'forged' | 'over';

/** Offers, and what is found under their addresses. */
export interface Sources extends SourceOffers {
  find(asked: AskedSource): Promise<FoundSource>;
}

/** Where it takes as long as it takes, the address is good for so long. */
const longestMs = 7 * 24 * 3_600_000;

/** The offers of a host that others reach. */
export function createSources({ folders, tickets, publicUrl, clock, redactor }: SourcePorts): Sources {
  const making = new Map<string, Promise<SourceBundleFile>>();

  /** Requests of one run about one commit share a file. */
  function fileFor({ run, commit, repository }: Parameters<SourceOffers['offer']>[0]): Promise<SourceBundleFile> {
    const key = `${run} ${commit}`;
    const shared = making.get(key) ?? make().finally(() => making.delete(key));
    making.set(key, shared);
    return shared;

    async function make(): Promise<SourceBundleFile> {
      const kept = await folders.kept(run, commit);
      const known = kept === undefined ? undefined : await bundleIn(kept);
      return known ?? repository.bundle(commit, await folders.fresh(run, commit));
    }
  }

  return {
    async offer(request) {
      const { requestId, commit, secret } = request;
      const { sha256 } = await fileFor(request);
      const until = String(request.deadline ?? clock.now() + longestMs);
      const signature = signatureOf(secret, { requestId, commit, until });
      // whoever gets it may repeat it
      redactor.add(signature, Number(until) - clock.now());
      const query = new URLSearchParams({ commit, until, signature });
      return { bundleUrl: `${publicUrl}${sourcePath(requestId)}?${query.toString()}`, sha256, sha: commit };
    },
    async find({ requestId, commit, until, signature }) {
      const row = await tickets.get(requestId);
      const secret = row?.secret ?? undefined;
      if (row === undefined || secret === undefined || !isSha(commit)) return 'forged';
      if (!isSame(signature, signatureOf(secret, { requestId, commit, until }))) return 'forged';
      const isWaited = row.state === 'sending' || row.state === 'waiting';
      const folder = isWaited && Number(until) > clock.now() ? await folders.kept(row.run, commit) : undefined;
      return (folder === undefined ? undefined : await bundleIn(folder)) ?? 'over';
    },
  };
}

function signatureOf(secret: string, parts: Omit<AskedSource, 'signature'>): string {
  return signedWith(secret, ['source', parts.requestId, parts.commit, parts.until]);
}
