// Splits a markdown file into YAML front matter and body, and finds lines in it. Knows nothing of personas.
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';

/** Where something stands, 1-based, in the whole file. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** A markdown file in its two parts. */
export interface FrontMatter {
  readonly value: unknown;
  readonly body: string;
  readonly mistakes: readonly (Place & { readonly message: string })[];
  /** The place of a key's value, or of the key itself. */
  placeOf(path: readonly (string | number)[]): Place;
}

/** The parts of the text. A file without front matter is all body. */
export function readFrontMatter(text: string): FrontMatter {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const match = /^---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/.exec(plain);
  if (match === null) {
    return { value: {}, body: plain.trim(), mistakes: [], placeOf: () => ({ line: 1, column: 1 }) };
  }
  const lines = new LineCounter();
  const document = parseDocument(match[1] ?? '', { lineCounter: lines, uniqueKeys: true });
  const toPlace = (offset: number): Place => {
    const at = lines.linePos(offset);
    return { line: at.line + 1, column: at.col };
  };
  const mistakes = document.errors.map((error) => ({
    ...toPlace(error.pos[0]),
    message: error.message.split('\n')[0] ?? error.message,
  }));
  return {
    value: mistakes.length > 0 ? {} : plainValue(document),
    body: plain.slice(match[0].length).trim(),
    mistakes,
    placeOf: (path) => toPlace(offsetOf(document, path)),
  };
}

function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch {
    return undefined; // more aliases than anyone writes by hand
  }
}

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return Number(node.range[0]);
    }
  }
  return 0;
}
