// A parsed JSON value as it can be kept, sent and read again: whole characters, numbers that JSON knows, no bottomless nesting. Pure.
import { isObject } from '../../support/index.ts';

/** The value, or what makes it unusable. */
export type Tidied =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: 'depth' | 'number' };

/** Deeper than anybody writes, and far from where programs that read JSON end. */
export const mostNesting = 100;

/** Halves of characters become the mark for what cannot be read, NUL goes. A number beyond all numbers is a problem. */
export function tidyValue(value: unknown, depth = 0): Tidied {
  if (depth > mostNesting) return { ok: false, problem: 'depth' };
  if (typeof value === 'string') return { ok: true, value: tidyText(value) };
  if (typeof value === 'number') return Number.isFinite(value) ? { ok: true, value } : { ok: false, problem: 'number' };
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      const tidied = tidyValue(item, depth + 1);
      if (!tidied.ok) return tidied;
      items.push(tidied.value);
    }
    return { ok: true, value: items };
  }
  if (!isObject(value)) return { ok: true, value };
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    const tidied = tidyValue(item, depth + 1);
    if (!tidied.ok) return tidied;
    entries.push([tidyText(key), tidied.value]);
  }
  // as own keys, whatever they are called
  return { ok: true, value: Object.fromEntries(entries) };
}

function tidyText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
