// The tar format as far as a backup needs it: plain files, short names, any size. `tar tf` and `tar xf` read what is written here.
import type { FileHandle } from 'node:fs/promises';

/** Bytes of a block: a header is one, contents are padded to whole ones. */
export const blockBytes = 512;

/** What a header says. */
export interface TarEntry {
  readonly name: string;
  readonly size: number;
}

const longestName = 100;
const sizeField = { at: 124, bytes: 12 } as const;
const sumField = { at: 148, bytes: 8 } as const;

/** The header of a plain file that only its owner reads. Throws RangeError where the name is too long for one. */
export function tarHeader({ name, size }: TarEntry, atMs: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(name) > longestName) throw new RangeError(`too long for a tar header: ${name}`);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  writeSize(block, size);
  block.write(`${octal(Math.max(0, Math.floor(atMs / 1_000)), 11)}\0`, 136);
  block.write('0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write(`${octal(sumOf(block), 6)}\0 `, sumField.at);
  return block;
}

/** Zeros after contents of this size, up to the next block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes);
}

/** What ends an archive. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/** What a block says; 'end' for one of zeros, undefined for anything that is no header of a plain file. */
export function readTarHeader(block: Buffer): TarEntry | 'end' | undefined {
  if (block.length !== blockBytes) return undefined;
  if (block.every((byte) => byte === 0)) return 'end';
  const sum = Number.parseInt(block.toString('latin1', sumField.at, sumField.at + sumField.bytes), 8);
  if (sum !== sumOf(block) || block.toString('latin1', 257, 262) !== 'ustar') return undefined;
  const size = readSize(block);
  if (size === undefined || block.toString('latin1', 156, 157) !== '0') return undefined;
  return { name: block.toString('utf8', 0, longestName).split('\0', 1)[0] ?? '', size };
}

/** The next entry of an open archive, and where its contents begin; 'end' at its end, undefined where it is no archive or is cut. */
export async function nextEntry(
  file: FileHandle,
  at: number,
): Promise<(TarEntry & { readonly begins: number; readonly next: number }) | 'end' | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(blockBytes), 0, blockBytes, at);
  const entry = bytesRead === blockBytes ? readTarHeader(buffer) : undefined;
  if (entry === undefined || entry === 'end') return entry;
  const begins = at + blockBytes;
  return { ...entry, begins, next: begins + entry.size + padding(entry.size).length };
}

/** As octal digits; what does not fit, as GNU tar does it: 0x80, then the number in 11 bytes. */
function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) return void block.write(`${octal(size, 11)}\0`, sizeField.at);
  block[sizeField.at] = 0x80;
  block.writeBigUInt64BE(BigInt(size), sizeField.at + 4);
}

function readSize(block: Buffer): number | undefined {
  const isLarge = block[sizeField.at] === 0x80;
  const size = isLarge
    ? Number(block.readBigUInt64BE(sizeField.at + 4))
    : Number.parseInt(block.toString('latin1', sizeField.at, sizeField.at + sizeField.bytes), 8);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Of all bytes, those of the sum itself taken as blanks. */
function sumOf(block: Buffer): number {
  return block.reduce(
    (sum, byte, at) => sum + (at >= sumField.at && at < sumField.at + sumField.bytes ? 0x20 : byte),
    0,
  );
}
