// What is secret within a secret: its lines, values of its JSON, bodies of its keys, the password of its address. Pure.
import { readsLikeSetting, shortest } from './forms.ts';

/** Of one secret; what lies behind is found as part of the whole. */
const mostParts = 400;
const shortestPart = 8;
/** Lines of ordinary words count from here on. */
const longWords = 16;
const deepest = 4;
const key = /-----BEGIN [A-Z0-9 ]{1,40}-----([A-Za-z0-9+/=\s\\:,-]{16,20000}?)-----END/g;

/** The secret and all that is one in it, each once. Nothing that reads like a setting but the secret itself. */
export function partsOf(secret: string): string[] {
  const parts = new Set<string>();
  for (const whole of [secret, secret.trim(), secret.replaceAll('\\n', '\n').trim()])
    if (whole.length >= shortest) parts.add(whole);
  collect(secret, parts, 0);
  return [...parts];
}

function collect(text: string, parts: Set<string>, depth: number): void {
  if (depth > deepest || text.length > 200_000) return;
  const plain = text.replaceAll('\\n', '\n').replaceAll('\\r', '').trim();
  for (const part of partsWithin(plain)) {
    const value = part.trim();
    if (parts.size >= mostParts) return;
    if (parts.has(value) || !isMeaningful(value)) continue;
    parts.add(value);
    collect(value, parts, depth + 1);
  }
}

function* partsWithin(text: string): Generator<string> {
  const json = parsed(text);
  if (json !== undefined) return yield* stringsOf(json, 0);
  for (const [, body = ''] of text.matchAll(key)) yield body.replaceAll(/\s+/g, '');
  const lines = text.split(/\r?\n/);
  if (lines.length > 1) for (const line of lines) if (!/^-----(?:BEGIN|END) /.test(line)) yield* withValue(line);
  if (lines.length > 1) return;
  yield* withValue(text);
  yield* ofAddress(text);
  const header = /^(?:bearer|basic|token|bot)\s+(\S+)$/i.exec(text)?.[1];
  if (header !== undefined) yield header;
  const pair = /^[^\s:/]{1,200}:([^\s:]\S*)$/.exec(text)?.[1];
  if (pair !== undefined) yield pair;
  const inside = textOfBase64(text);
  if (inside !== undefined) yield inside;
}

/** A line, and the value of one that gives something a name. */
function* withValue(line: string): Generator<string> {
  const value = /^\s*(?:export\s+)?["']?[A-Za-z_][\w .-]{0,60}["']?\s*[=:]\s*(\S.*)$/.exec(line)?.[1];
  yield line;
  if (value !== undefined)
    yield value
      .trim()
      .replace(/[,;]$/, '')
      .replaceAll(/^["']|["']$/g, '');
}

function* ofAddress(text: string): Generator<string> {
  const url = /^[a-z][a-z0-9+.-]{0,30}:\/\/[^\s@/]*@/i.test(text) ? URL.parse(text) : null;
  if (url === null) return;
  const secret = url.password === '' ? url.username : url.password;
  yield secret;
  try {
    yield decodeURIComponent(secret);
  } catch {
    // percent signs that mean themselves
  }
}

function parsed(text: string): unknown {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function* stringsOf(value: unknown, depth: number): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (depth < 20 && Array.isArray(value)) for (const item of value) yield* stringsOf(item, depth + 1);
  else if (depth < 20 && typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) yield* stringsOf(item, depth + 1);
}

/** What a text says that is base64 of words, such as a pair of user and password. */
function textOfBase64(text: string): string | undefined {
  if (!/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(text)) return undefined;
  const inside = Buffer.from(text, 'base64').toString('latin1');
  return /^[\t\r\n\x20-\x7e]{8,}$/.test(inside) ? inside : undefined;
}

function isMeaningful(value: string): boolean {
  if (value.length < shortestPart || /^-----(?:BEGIN|END) /.test(value)) return false;
  // who it is for, and where: no secret of anybody's
  if (/^[\w.+-]{1,100}@[\w.-]{1,100}$/.test(value) || /^https?:\/\/[^\s@?#]*$/i.test(value)) return false;
  if (/^\d{1,23}$/.test(value) || !/[A-Za-z0-9].*[A-Za-z0-9]/.test(value)) return false;
  return !readsLikeSetting(value) || (value.length >= longWords && /[\d\s]/.test(value));
}
