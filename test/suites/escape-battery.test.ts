// Every known way out, tried in every mode that this machine can give. What no wall holds is written down, with the words of the documentation.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { attempts } from '../support/escapes/attempts.ts';
import type { Mode } from '../support/escapes/attempts.ts';
import { modesHere, modesMissing } from '../support/escapes/modes-here.ts';

const root = resolve(import.meta.dirname, '../..');
const Played = Type.Object({
  uid: Type.Integer(),
  tier: Type.String(),
  isBoundary: Type.Boolean(),
  ownProcesses: Type.Boolean(),
  out: Type.Array(Type.String()),
  outWithoutNetwork: Type.Optional(Type.Array(Type.String())),
  left: Type.Integer(),
});

/** Plays them all in a process of its own: it becomes the user of the mode. */
function play(mode: Mode) {
  const script = join(root, 'test/support/escapes/play-process.ts');
  const played = spawnSync(process.execPath, [script, mode], {
    cwd: '/',
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const last = played.stdout.trim().split('\n').at(-1) ?? '';
  if (played.status !== 0) throw new Error(`${mode}: ${played.stderr.slice(-4_000)}`);
  return Value.Parse(Played, JSON.parse(last));
}

test('there are forty ways and more, each once', () => {
  expect(attempts.length).toBeGreaterThanOrEqual(40);
  expect(new Set(attempts.map(({ what }) => what)).size).toBe(attempts.length);
});

test('what a mode does not hold stands in the documentation', () => {
  const docs = readFileSync(join(root, 'docs/security.md'), 'utf8');
  const words = new Set(
    attempts.flatMap(({ open = {}, openWithOthers }) => [...Object.values(open), openWithOthers ?? '']),
  );
  expect([...words].filter((one) => !docs.includes(one))).toEqual([]);
});

for (const mode of modesMissing) console.warn(`escape battery: this machine has no mode "${mode}"`);

describe.each(modesHere)('%s', (mode) => {
  test('of the known ways out those lead out that are written down, and no others', () => {
    const { uid, tier, isBoundary, ownProcesses, out, outWithoutNetwork, left } = play(mode);
    expect([tier, isBoundary, uid === 0]).toEqual([
      mode.endsWith('bubblewrap') ? 'fs' : 'env',
      mode !== 'ordinary user',
      mode.startsWith('root'),
    ]);
    const seesOthers = tier === 'env' && !ownProcesses;
    const open = attempts
      .filter((one) => one.open?.[mode] !== undefined || (seesOthers && one.openWithOthers !== undefined))
      .map(({ what }) => what);
    const held = attempts.length - out.length;
    const because = open.map((what) => `\n  not held, documented: ${what}`).join('');
    console.log(`escape battery, ${mode}: ${held} of ${attempts.length - open.length} held${because}`);
    expect(out).toEqual(open);
    expect(left).toBe(0);
    // without a network those of the network are held, too
    if (outWithoutNetwork !== undefined) expect(outWithoutNetwork).toEqual([]);
  });
});
