import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, undecodedByte } from './decode-text.ts';

test('UTF-8 comes out as it is, with its mark', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeText(Buffer.from(text))).toBe(Buffer.from(text).toString());
    }),
  );
  expect(decodeText(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\uFEFFa');
});

test('no byte is lost: the ones that are no UTF-8 are found again', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = decodeText(bytes);
      const again = Array.from({ length: text.length }, (_, at) => undecodedByte(text, at));
      const back: number[] = [];
      let plain = '';
      for (const [at, byte] of again.entries()) {
        if (byte === undefined) plain += text.charAt(at);
        else {
          back.push(...Buffer.from(plain), byte);
          plain = '';
        }
      }
      expect([...back, ...Buffer.from(plain)]).toEqual([...bytes]);
    }),
  );
});

test.each([
  ['Latin-1', [0x61, 0xe9, 0x62], [1]],
  ['a character cut in two', [0x61, 0xe2, 0x82], [1, 2]],
  ['a surrogate of UTF-16 as bytes', [0xed, 0xa0, 0x80], [0, 1, 2]],
  ['more bytes than a character needs', [0xc0, 0xaf], [0, 1]],
] as const)('%s', (_what, bytes, places) => {
  const text = decodeText(Uint8Array.from(bytes));
  expect([...text].flatMap((_, at) => (undecodedByte(text, at) === undefined ? [] : [at]))).toEqual(places);
});
