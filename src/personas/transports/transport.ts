// What a transport is: one kind of provider with the keys that its configuration has. Shapes only; `list.ts` has those of this version.
import type { TObject } from 'typebox';
import type { JsonObject } from '../../support/index.ts';
import type { Provider, ProviderConfig, ProviderServices, Strategy } from '../model/types.ts';

/** One kind of provider. Everything that is said of transports, checks, pages and messages, is read from these. */
export interface Transport<Options extends object = JsonObject> {
  /** The word in `transport:`. */
  readonly name: string;
  /** What it is, in a few words that follow its name: `a command`. */
  readonly summary: string;
  /** Its own keys under `providers.<name>`, each with a description; others are refused. */
  readonly schema: TObject;
  /** Keys of all transports that mean something here. */
  readonly shared: readonly SharedKey[];
  /** All ways in which its providers can answer. */
  readonly strategies: readonly Strategy[];
  /** The smallest entry that works, in YAML: shown to people, and read by the contract suite. */
  readonly example: string;
  /** Its answers are made up beforehand: what it plays is a rehearsal. */
  readonly rehearses?: true;
  /** Its options with each path of them put through `at`. Absent: it names none. */
  placed?(options: Options, at: Placing): Options;
  /** A provider of a checked configuration. Starts and reads nothing yet. */
  create(config: ProviderConfig<Options>, services: ProviderServices): Provider;
}

/** Keys that `ProviderConfig` has a field for. */
export type SharedKey = 'env' | 'timeout' | PoolKey;

/** Those of providers that work for several runs at once: every transport that answers at once and makes nothing up has them. */
export type PoolKey = 'account' | 'concurrency' | 'on_limit';

/** Where the paths of a configuration stand. */
export interface Placing {
  file(path: string): string;
  folder(path: string): string;
}
