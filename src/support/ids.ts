// Branded strings for ids that must not be mixed, and how ids are made. Never knows what an id stands for.
import { createHash, randomBytes } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `r` and 15 base32 characters. */
export type RunId = Branded<'RunId'>;
/** Where a step stands in its run: `qa`, in a loop `loop.2.qa`, in a foreach `each.0.qa`. */
export type StepPath = Branded<'StepPath'>;
/** A full commit or tree id: 40 lower-case hex digits. */
export type Sha = Branded<'Sha'>;
/** A name that git accepts for a branch, without `refs/heads/`. */
export type BranchName = Branded<'BranchName'>;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** The run id of what started it: the same parts always give the same id (decision: ids are derived). */
export function runIdOf(...parts: readonly (string | number)[]): RunId {
  const digest = createHash('sha256')
    .update(JSON.stringify(parts.map(String)))
    .digest();
  return toRunId(digest);
}

/** A run id from chance, for runs that a person starts by hand. */
export function randomRunId(): RunId {
  return toRunId(randomBytes(16));
}

/** Whether text has the shape of a run id. */
export function isRunId(text: string): text is RunId {
  return /^r[a-z2-7]{15}$/.test(text);
}

/** Whether text has the shape of a full commit id. */
export function isSha(text: string): text is Sha {
  return /^[0-9a-f]{40}$/.test(text);
}

/** A random token of URL-safe characters, `bytes` bytes of entropy. */
export function randomToken(bytes = 24): string {
  return randomBytes(bytes).toString('base64url');
}

function toRunId(bytes: Uint8Array): RunId {
  const characters = Array.from(bytes.subarray(0, 15), (byte) => alphabet[byte & 31]);
  // The shape holds by construction.
  return `r${characters.join('')}` as RunId;
}
