// A bundle that somebody sent, read before git is given it: which commit it is about, and what it would grow to. Starts no process.
import { setImmediate } from 'node:timers/promises';
import { inflateSync } from 'node:zlib';
import { isSha } from '../support/index.ts';
import type { Sha } from '../support/index.ts';
import { resultOfDelta } from './binary-hunks.ts';
import { messages } from './messages.ts';

/** What a bundle holds. */
export interface BundleFile {
  /** The commits that whoever reads it must have. */
  readonly needs: readonly Sha[];
  /** The one commit that it is about; its names for it are left out. */
  readonly tip: Sha;
  readonly pack: Buffer;
}

/** The parts of a bundle, or why it is none that can be taken. */
export function readBundle(content: Uint8Array): BundleFile | { readonly problem: string } {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const end = bytes.subarray(0, mostHeader).indexOf('\n\n');
  const [version = '', ...rows] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\n');
  if (!/^# v[23] git bundle$/.test(version)) return { problem: messages.changes.noBundle };
  const needs: Sha[] = [];
  const tips = new Map<string, Sha>();
  for (const row of rows) {
    const [, lead = '', sha = '', name = ''] = /^(-?)([0-9a-f]{40})(?: (.*))?$/.exec(row) ?? [];
    if (row === '@object-format=sha1') continue;
    if (!isSha(sha)) return { problem: messages.changes.noBundle };
    if (lead === '-') needs.push(sha);
    else tips.set(name, sha);
  }
  const distinct = new Set(tips.values());
  const tip = tips.get('HEAD') ?? (distinct.size === 1 ? [...distinct][0] : undefined);
  if (tip === undefined) return { problem: messages.changes.manyTips(distinct.size) };
  return { needs, tip, pack: bytes.subarray(end + 2) };
}

const mostHeader = 64 * 1024;
const mostObjects = 50_000;
/** Bytes of all objects together. */
const mostTogether = 128 * 1024 * 1024;
const ofsDelta = 6;
const refDelta = 7;

/** Why a pack is not unpacked: a few bytes of it can stand for gigabytes. undefined: it may be. */
export async function packProblem(pack: Buffer, mostBytes: number): Promise<string | undefined> {
  if (pack.length < 12 || pack.toString('latin1', 0, 4) !== 'PACK') return messages.changes.noBundle;
  const count = pack.readUInt32BE(8);
  if (count > mostObjects) return messages.changes.manyObjects(count, mostObjects);
  let together = 0;
  let at = 12;
  for (let n = 0; n < count; n += 1) {
    // whoever else runs here has a turn
    if (n % 500 === 499) await setImmediate();
    const object = objectAt(pack, at, mostBytes);
    if (object === undefined) return messages.changes.noBundle;
    together += object.size;
    if (object.size > mostBytes) return messages.changes.tooLarge(object.size, mostBytes);
    if (together > mostTogether) return messages.changes.tooLarge(together, mostTogether);
    at = object.end;
  }
  return undefined;
}

/** An object of a pack: https://git-scm.com/docs/gitformat-pack. undefined: there is none. */
function objectAt(pack: Buffer, from: number, mostBytes: number): { size: number; end: number } | undefined {
  let at = from;
  let byte = pack[at] ?? 0;
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let scale = 16; byte >= 0x80 && at < pack.length; scale *= 128) {
    at += 1;
    byte = pack[at] ?? 0;
    size += (byte & 0x7f) * scale;
  }
  at += 1;
  if (size > mostBytes) return { size, end: at };
  if (type === refDelta) at += 20;
  if (type === ofsDelta) {
    while ((pack[at] ?? 0) >= 0x80) at += 1;
    at += 1;
  }
  if (at >= pack.length) return undefined;
  try {
    // `info` gives both
    const { buffer, engine } = inflateSync(pack.subarray(at), {
      info: true,
      maxOutputLength: Math.max(1, size),
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    const grown = type === refDelta || type === ofsDelta ? resultOfDelta(buffer) : size;
    return { size: Math.max(size, grown), end: at + engine.bytesWritten };
  } catch {
    return undefined;
  }
}
