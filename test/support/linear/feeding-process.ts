// Feeds the text functions of src in a process that may write nothing and start nothing, and tells line by line what it saw.
// Called with what to feed as JSON; see `Meal`.
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { waysInto } from './feed.ts';
import type { Callable, Way } from './feed.ts';
import type { Meal, Told } from './feeding.ts';
import { growthOf } from './growth.ts';
import { drawn, pairs, runs, textOf, wordsFor } from './hostile-texts.ts';
import type { HostileText } from './hostile-texts.ts';
import { readSources } from './source-files.ts';
import { textFunctionsOf } from './text-functions.ts';
import type { TextFunction } from './text-functions.ts';

/** No function needs so long for a word, however busy the machine is. */
const wordMs = 20_000;
const root = resolve(import.meta.dirname, '../../..');
const { folder, seed, first, most, each, cpuSeconds, closed } = JSON.parse(process.argv[2] ?? '{}') as Meal; // `feeding.ts` wrote it
const firstOnes = new RegExp(first);

function tell(line: Told): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

globalThis.fetch = () => Promise.reject(new TypeError('no network here'));

const shut = new Set(closed);
const functions = textFunctionsOf(readSources(root, folder)).filter(({ does }) => does === undefined);
const open = await opened(functions);
tell({ is: 'found', functions: functions.map(({ key }) => key) });
let fed = 0;
let texts = 0;
let toldAt = 0;
for (const { key, way, isFirst } of inOrder(open)) {
  // the first ones leave time for the others
  if (secondsUsed() > (isFirst ? cpuSeconds * 0.6 : cpuSeconds)) continue;
  fed += 1;
  toldAt = 0;
  for (const text of textsFor(`${seed} ${key} ${way.place}`, isFirst ? most : each)) feed(key, way, text);
}
tell({ is: 'done', fed, left: open.length - fed, texts, cpuSeconds: secondsUsed() });
// some of them have set timers
process.exit(0);

function secondsUsed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function feed(key: string, way: Way, text: HostileText): void {
  const now = performance.now();
  if (now - toldAt > 1_000) {
    toldAt = now;
    tell({ is: 'at', key, place: way.place, text: wordsFor(text) });
  }
  texts += 1;
  const growth = growthOf(way.work, (kb) => textOf(text, kb));
  if (growth !== undefined) tell({ is: 'grows', key, place: way.place, text: wordsFor(text), ...growth });
}

function textsFor(name: string, counts: Meal['each']): readonly HostileText[] {
  return [...drawn(runs, counts.runs, name), ...drawn(pairs, counts.pairs, name)];
}

interface Open {
  readonly key: string;
  readonly way: Way;
  readonly isFirst: boolean;
}

/** The first ones, then the others; both from where the seed says: one run after the other, all have their turn. */
function inOrder(all: readonly Open[]): readonly Open[] {
  const [start] = drawn([...all.keys()], 1, seed);
  const turned = [...all.slice(start), ...all.slice(0, start)];
  return turned.toSorted((one, other) => Number(other.isFirst) - Number(one.isFirst));
}

/** The ways that lead into a function: those where it has an answer for a few words. */
async function opened(all: readonly TextFunction[]): Promise<readonly Open[]> {
  const found: Open[] = [];
  for (const one of all) {
    if (shut.has(one.key)) continue;
    tell({ is: 'at', key: one.key, place: 'its module', text: 'word' });
    // every module of src is an object of what it hands out
    const module = (await import(pathToFileURL(resolve(root, one.file)).href)) as Readonly<Record<string, unknown>>;
    const call = module[one.name] as Callable; // found as a function in its syntax tree
    for (const way of waysInto(one, call)) {
      const why = closedBecause(way);
      if (why === undefined) found.push({ key: one.key, way, isFirst: firstOnes.test(one.key) });
      else tell({ is: 'closed', key: one.key, place: way.place, why });
    }
  }
  return found;
}

/** Why a way leads nowhere: it wants more than its type says. A refusal is an answer. */
function closedBecause({ work }: Way): string | undefined {
  for (const word of ['word', 'two words', '']) {
    try {
      Object.assign(globalThis, { todo: work(word) });
      new Script('todo()').runInThisContext({ timeout: wordMs });
    } catch (error) {
      const { name, message, code } = error as NodeJS.ErrnoException; // whatever it is: it has none of these
      const isOurs = code !== undefined && !code.startsWith('ERR_');
      const isOfNode = code?.startsWith('ERR_') === true && code !== 'ERR_INVALID_URL';
      if (isOfNode || (!isOurs && (name === 'TypeError' || name === 'ReferenceError'))) return message;
    }
  }
  return undefined;
}
