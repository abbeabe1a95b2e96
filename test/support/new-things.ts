// The rows of "How a new thing is added" in ARCHITECTURE.md as a test reads them, and an example written into a folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Thing } from '../fixtures/new-things/thing.ts';

/** A row of the table. */
export interface Row {
  readonly thing: string;
  /** Folders, each of which gets one file. */
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly suites: readonly string[];
}

/** The rows of the table: "a file in `X`", "a line in its `Y`" (of the folder before it), "a line in `path`". */
export function rowsOf(page: string): readonly Row[] {
  const table = page.split('## How a new thing is added')[1] ?? '';
  const lines = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| thing |'));
  return lines.map((line) => {
    const [thing = '', what = '', suite = ''] = line.slice(2, -2).split(' | ');
    const created: string[] = [];
    const changed: string[] = [];
    for (const [, kind = '', path = ''] of what.matchAll(/(a file in|a line in its|a line in) `([^`]+)`/g)) {
      if (kind === 'a file in') created.push(path);
      else changed.push(kind === 'a line in' ? path : `${created.at(-1)}/${path}`);
    }
    return { thing, created, changed, suites: [...suite.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path) };
  });
}

/** `<kind>` is whatever the example calls itself. */
export function withKind(path: string, files: Thing['files']): string {
  const [first = ''] = Object.keys(files);
  return path.replace('<kind>', dirname(first).split('/').at(-1) ?? '');
}

/** Writes an example into a copy of the repository. */
export function add(copy: string, { files, lines }: Thing): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text, { flag: 'wx' });
  }
  for (const { file, before, insert } of lines) {
    const path = join(copy, file);
    const parts = partsAround(readFileSync(path, 'utf8'), before);
    if (parts.length !== 2) throw new Error(`${file} has no single line ${JSON.stringify(before)}`);
    writeFileSync(path, parts.join(`\n${insert}\n${before}\n`));
  }
}

/** The text before and behind a line; two parts where it stands there once. */
export function partsAround(text: string, line: string): readonly string[] {
  return text.split(`\n${line}\n`);
}
