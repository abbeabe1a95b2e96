// Secrets on their way from a process to the one that replaces it: sealed in the environment, the key in the place of the program's name. No file ever holds them.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import { isObject } from './json.ts';
import { parseJson } from './parse-json.ts';

/** Both halves. Each alone is worth nothing. */
export interface Sealed {
  /** Goes where it can be wiped out again: nobody can wipe what the environment was at the start. */
  readonly key: string;
  /** Variables for the environment of the next process. */
  readonly variables: Readonly<Record<string, string>>;
}

const name = 'TROUPE_HANDOVER';
/** A variable may have 128 KiB. */
const pieceLength = 100_000;
const algorithm = 'aes-256-gcm';
const [keyBytes, ivBytes, tagBytes] = [32, 12, 16] as const;

/** Seals values under a key that is made for them. */
export function sealed(secrets: Readonly<Record<string, string | undefined>>): Sealed {
  const [key, iv] = [randomBytes(keyBytes), randomBytes(ivBytes)];
  const cipher = createCipheriv(algorithm, key, iv);
  const body = Buffer.concat([cipher.update(deflateSync(JSON.stringify(secrets))), cipher.final()]);
  const text = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
  const pieces = Array.from({ length: Math.ceil(text.length / pieceLength) }, (_none, index) =>
    text.slice(index * pieceLength, (index + 1) * pieceLength),
  );
  return {
    key: key.toString('base64'),
    variables: Object.fromEntries(pieces.map((piece, index) => [index === 0 ? name : `${name}_${index}`, piece])),
  };
}

/** Whether a variable carries what was sealed. */
export function isHandover(variable: string): boolean {
  return variable === name || variable.startsWith(`${name}_`);
}

/** What was sealed; undefined where nothing was. Throws where the key is another one. */
export function unsealed(
  environment: Readonly<Record<string, string | undefined>>,
  key: string,
): Record<string, string> | undefined {
  if (environment[name] === undefined) return undefined;
  const pieces = [environment[name]];
  for (let next = environment[`${name}_1`]; next !== undefined; next = environment[`${name}_${pieces.length}`])
    pieces.push(next);
  const bytes = Buffer.from(pieces.join(''), 'base64');
  const decipher = createDecipheriv(algorithm, Buffer.from(key, 'base64'), bytes.subarray(0, ivBytes));
  decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  const text = inflateSync(Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]));
  const parsed: unknown = parseJson(text.toString('utf8'));
  if (!isObject(parsed)) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
