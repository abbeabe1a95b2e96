// Large values in memory, by their hash: for tests whose process does not die.
import { sha256 } from '../../src/support/index.ts';

/** A store without values. */
export function createMemoryBlobs(): {
  put(bytes: Uint8Array): Promise<string>;
  get(name: string): Promise<Uint8Array | undefined>;
} {
  const values = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const name = sha256(bytes);
      values.set(name, bytes);
      return name;
    },
    get: async (name) => values.get(name),
  };
}
