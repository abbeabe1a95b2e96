// The kind `embedded`: a data directory of this machine. Opens, reads and asks; what it keeps it with is in the files beside it.
import { TroupeError } from '../../support/index.ts';
import type { StoreKind } from '../ports/store.ts';
import { callControl, controlPath } from './control.ts';
import { copyDirectory } from './copy.ts';
import { hasRuns } from './data-directory.ts';
import { openEmbedded, openEmbeddedReader } from './open-embedded.ts';
import { receiveDirectory } from './receive.ts';

/** The kind. */
export const embedded: StoreKind<'embedded'> = {
  open: openEmbedded,
  read: async (config) => openEmbeddedReader(config),
  copy: ({ directory }, into) => copyDirectory(directory, into),
  receive: ({ directory }, copy) => receiveDirectory(directory, copy),
  has: async ({ directory }) => hasRuns(directory),
  async ask({ directory }, verb, args) {
    try {
      return { result: await callControl(controlPath(directory), verb, args) };
    } catch (error) {
      if (error instanceof TroupeError && error.code === 'store/no-control') return undefined;
      throw error;
    }
  },
};
