// Finds known secrets in bytes of any kind, however long: by number, never by value. Knows no patterns and changes nothing.
import { formsOf, readsLikeSetting, shortest } from './secret-forms.ts';

/** Which of the secrets stand somewhere. */
export interface SecretFinder {
  /** Values that read like a setting are not looked for. */
  add(secret: string): void;
  find(bytes: Uint8Array): ReadonlySet<number>;
}

/** Shorter forms are not looked for across the ends of lines. */
const shortestAcross = 16;

/** A finder that knows nothing yet. */
export function createSecretFinder(): SecretFinder {
  const numbers = new Map<string, number>();
  const plain = createIndex();
  const across = createIndex();

  function add(secret: string): void {
    if (numbers.has(secret) || secret.length < shortest || readsLikeSetting(secret)) return;
    const number = numbers.size;
    numbers.set(secret, number);
    for (const form of bytesOf(secret)) {
      plain.add(form, number);
      const together = withoutSpace(form);
      if (together.length >= shortestAcross) across.add(together, number);
    }
  }

  function find(bytes: Uint8Array): ReadonlySet<number> {
    const found = new Set<number>();
    if (numbers.size === 0) return found;
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    plain.find(all, found);
    // `base64` and `xxd -p` break lines, and so does whoever indents a key
    across.find(withoutSpace(all), found);
    return found;
  }

  return { add, find };
}

function bytesOf(secret: string): readonly Buffer[] {
  const wide = Buffer.from(secret, 'utf16le');
  return [...formsOf(secret).map((form) => Buffer.from(form, 'utf8')), wide, Buffer.from(wide).swap16()];
}

interface Form {
  readonly bytes: Buffer;
  readonly number: number;
}

/** Forms by how they begin: bytes are gone through once, however many forms there are. */
function createIndex() {
  const begins = new Uint8Array(1 << 16);
  const forms = new Map<string, Form[]>();

  function add(bytes: Buffer, number: number): void {
    begins[hashAt(bytes, 0)] = 1;
    const start = bytes.toString('latin1', 0, shortest);
    forms.set(start, [...(forms.get(start) ?? []), { bytes, number }]);
  }

  function find(bytes: Buffer, found: Set<number>): void {
    for (let at = 0; at + shortest <= bytes.length; at += 1) {
      if (begins[hashAt(bytes, at)] === 0) continue;
      for (const form of forms.get(bytes.toString('latin1', at, at + shortest)) ?? [])
        if (bytes.subarray(at, at + form.bytes.length).equals(form.bytes)) found.add(form.number);
    }
  }

  return { add, find };
}

function hashAt(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] ?? 0) * 29_791 + (bytes[at + 1] ?? 0) * 961 + (bytes[at + 2] ?? 0) * 31 + (bytes[at + 3] ?? 0)) & 0xffff
  );
}

function withoutSpace(bytes: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (const byte of bytes) {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
    kept[length] = byte;
    length += 1;
  }
  return kept.subarray(0, length);
}
