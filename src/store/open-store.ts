// One way to everything durable, whatever keeps it: to drive, to read beside who drives, or to ask who drives.
import type { Json } from '../support/index.ts';
import { embedded } from './embedded/embedded.ts';
import type { Receiving, StoreCopy } from './ports/store.ts';
import type { Reader, ReaderConfig, Store, StoreConfig, StoreKind, StorePlace, StorePlaces } from './ports/store.ts';

/** The kinds of store. A new one is a line here. */
const kinds: { readonly [Kind in keyof StorePlaces]: StoreKind<Kind> } = {
  embedded,
};

/**
 * Opens the store to drive its runs. Throws `store/owned` when another process drives them and this kind of store has one
 * driver, `store/newer` when a newer Troupe wrote it, `store/unavailable` when it cannot be written.
 * @example const store = await openStore({ kind: 'embedded', directory, clock, log, owner: { what: 'troupe serve' } });
 */
export function openStore(config: StoreConfig): Promise<Store>;
/** Opens it for reading, beside whoever drives. Throws `store/missing` when there is nothing yet, `store/older`, `store/newer`. */
export function openStore(config: ReaderConfig): Promise<Reader>;
export async function openStore(config: StoreConfig | ReaderConfig): Promise<Store | Reader> {
  const kind = kindOf(config);
  return config.access === 'read' ? kind.read(config) : kind.open(config);
}

/** Whether anything was ever kept there. */
export async function hasStore(place: StorePlace): Promise<boolean> {
  return kindOf(place).has(place);
}

/** Has the process that drives do something; undefined when none does: then who asks may open the store itself. Throws what that process threw. */
export async function askDriver(
  place: StorePlace,
  verb: string,
  args: Json,
): Promise<{ readonly result: Json } | undefined> {
  return kindOf(place).ask(place, verb, args);
}

/** Copies what is kept, as it is at one moment, beside whoever drives; `into`: an empty folder for what has to be written anew. Throws `store/missing`, `store/newer`, `store/corrupt`. */
export async function copyStore(place: StorePlace, into: string): Promise<StoreCopy> {
  return kindOf(place).copy(place, into);
}

/** Makes room for a copy. Throws `store/not-empty` where anything is kept, `store/owned` where somebody drives, `store/newer` for a format that is not known yet. */
export async function receiveStore(place: StorePlace, copy: Pick<StoreCopy, 'format'>): Promise<Receiving> {
  return kindOf(place).receive(place, copy);
}

/** The kind of a place; it is told of places of its own only. */
function kindOf({ kind }: StorePlace): StoreKind {
  return kinds[kind];
}
