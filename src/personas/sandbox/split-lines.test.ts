// Lines of a stream, whatever pieces it comes in.
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { splitLines } from './split-lines.ts';

async function linesOf(pieces: readonly Buffer[], mostBytes = 100): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of splitLines(Readable.from(pieces), mostBytes)) lines.push(line);
  return lines;
}

const text = '{"a":"ä"}\n\n{"b":"🎭"}\r\nlast';
const lines = ['{"a":"ä"}', '', '{"b":"🎭"}', 'last'];

test.each([1, 2, 3, 7, 100])('pieces of %s bytes give the same lines', async (size) => {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    bytes.subarray(at * size, (at + 1) * size),
  );
  expect(await linesOf(pieces)).toEqual(lines);
});

test('a line that is too long is refused before it is kept, those before it are given', async () => {
  const given: string[] = [];
  async function read(): Promise<void> {
    const endless = Readable.from([Buffer.from('ok\n'), Buffer.alloc(60, 'x'), Buffer.alloc(60, 'x')]);
    for await (const line of splitLines(endless, 100)) given.push(line);
  }
  await expect(read()).rejects.toMatchObject({ code: 'sandbox/line', class: 'contract' });
  expect(given).toEqual(['ok']);
});
