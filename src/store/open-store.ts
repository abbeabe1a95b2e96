// One way to everything durable, whatever keeps it: to drive, to read beside who drives, or to ask who drives.
import { TroupeError } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { callControl, controlPath } from './embedded/control.ts';
import { hasRuns } from './embedded/data-directory.ts';
import { openEmbedded, openEmbeddedReader } from './embedded/open-embedded.ts';
import type { Reader, ReaderConfig, Store, StoreConfig, StorePlace } from './ports/store.ts';

/**
 * Opens the store to drive its runs. Throws `store/owned` when another process drives them and this kind of store has one
 * driver, `store/newer` when a newer Troupe wrote it, `store/unavailable` when it cannot be written.
 * @example const store = await openStore({ kind: 'embedded', directory, clock, log, owner: { what: 'troupe serve' } });
 */
export function openStore(config: StoreConfig): Promise<Store>;
/** Opens it for reading, beside whoever drives. Throws `store/missing` when there is nothing yet, `store/older`, `store/newer`. */
export function openStore(config: ReaderConfig): Promise<Reader>;
export async function openStore(config: StoreConfig | ReaderConfig): Promise<Store | Reader> {
  return config.access === 'read' ? openEmbeddedReader(config) : openEmbedded(config);
}

/** Whether anything was ever kept there. */
export async function hasStore({ directory }: StorePlace): Promise<boolean> {
  return hasRuns(directory);
}

/** Has the process that drives do something; undefined when none does: then who asks may open the store itself. Throws what that process threw. */
export async function askDriver(
  { directory }: StorePlace,
  verb: string,
  args: Json,
): Promise<{ readonly result: Json } | undefined> {
  try {
    return { result: await callControl(controlPath(directory), verb, args) };
  } catch (error) {
    if (error instanceof TroupeError && error.code === 'store/no-control') return undefined;
    throw error;
  }
}
