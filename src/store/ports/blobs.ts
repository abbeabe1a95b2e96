// The port that keeps large values outside the journal. Knows no run.

/** Large values by their sha256. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<string>;
  get(sha256: string): Promise<Uint8Array | undefined>;
  purge(before: number): Promise<number>;
}
