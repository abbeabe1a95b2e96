// What those who work elsewhere fetch from this host: the code of their requests, and the requests themselves. Put together here, nothing is offered.
import type { Tickets } from '../engine/index.ts';
import type { Clock, Redactor } from '../support/index.ts';
import { createKeptFolders } from './kept-folders.ts';
import type { KeptFolders } from './kept-folders.ts';
import { createRequests } from './requests.ts';
import type { Requests } from './requests.ts';
import { createSources } from './sources.ts';
import type { Sources } from './sources.ts';

/** Offers with the folders where they lie. Absent: nobody reaches this host. */
export interface Offers {
  readonly sources?: { readonly folders: KeptFolders; readonly offers: Sources };
  readonly requests?: { readonly folders: KeptFolders; readonly offers: Requests };
}

/** The offers at the public address of a host. */
export function offersTo(
  publicUrl: string | undefined,
  host: {
    readonly dataDir: string;
    readonly tickets: Pick<Tickets, 'get'>;
    readonly clock: Clock;
    readonly redactor: Redactor;
  },
): Offers {
  if (publicUrl === undefined) return {};
  const { dataDir, tickets, clock, redactor } = host;
  const ports = { tickets, publicUrl, clock, redactor };
  const [bundles, bodies] = [createKeptFolders(dataDir, 'sources'), createKeptFolders(dataDir, 'requests')];
  return {
    sources: { folders: bundles, offers: createSources({ ...ports, folders: bundles }) },
    requests: { folders: bodies, offers: createRequests({ ...ports, folders: bodies }) },
  };
}
