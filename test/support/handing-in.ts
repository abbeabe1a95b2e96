// A persona that is a program and writes down, at a server of the test, when it is asked and when it has handed in its answer. By any way a program has.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answers } from './good-answers.ts';

/** How it hands in. `half`: it is in the middle of writing its file. */
export type Way = 'file' | 'stdout' | 'half';

/** One line of the book. */
export interface Noted {
  readonly what: 'asked' | 'handed in';
  /** run:path:attempt. */
  readonly request: string;
}

/** The book that such personas write into. */
export interface Book {
  readonly noted: readonly Noted[];
  /** What the server file calls the program: `[node, this]`. */
  program(answers: Answers): string;
  /** Resolves with the first hand-in from now on. */
  next(): Promise<Noted>;
  close(): Promise<void>;
}

/** What a persona is told when it asks how to hand in: by which way, and how long it stays afterwards. */
export type Manner = (request: string, asked: number) => { readonly way: Way; readonly lingerMs: number };

/** Opens a book. Whoever is noted down goes on once it is. */
export async function openBook(manner: Manner): Promise<Book> {
  const noted: Noted[] = [];
  const waiting = new Set<(one: Noted) => void>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://book');
    const what = pathname === '/asked' ? 'asked' : 'handed in';
    const one: Noted = { what, request: searchParams.get('request') ?? '' };
    noted.push(one);
    const asked = noted.filter((each) => each.what === 'asked').length;
    response.end(JSON.stringify(manner(one.request, asked)));
    if (what === 'asked') return;
    for (const tell of waiting) tell(one);
    waiting.clear();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // it listens on an address of the machine
  const { port } = server.address() as AddressInfo;
  return {
    noted,
    program: (answers) => programOf(`http://127.0.0.1:${port}`, answers),
    next: () => new Promise((resolve) => waiting.add(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Everything that must not be: a step whose persona was asked again after it had handed in its answer. */
export function askedAgain(noted: readonly Noted[]): readonly string[] {
  const done = new Map<string, string>();
  return noted.flatMap(({ what, request }) => {
    const step = request.split(':').slice(0, 2).join(':');
    const before = done.get(step);
    if (what === 'handed in') done.set(step, request);
    return what === 'asked' && before !== undefined
      ? [`${step} was asked again as ${request}, after ${before} was handed in`]
      : [];
  });
}

function programOf(address: string, answers: Answers): string {
  return `import fs from 'node:fs';
const answers = ${JSON.stringify(answers)};
const { TROUPE_REQUEST_ID: request = '', TROUPE_PERSONA: persona = '', TROUPE_STEP: step = '', TROUPE_RESULT_FILE: file = '' } = process.env;
const note = async (what) => (await fetch('${address}/' + what + '?request=' + encodeURIComponent(request))).json();
const { way } = await note('asked');
const { edits = {}, ...answer } = answers[step] ?? answers[persona] ?? { status: 'pass', summary: 'Done.' };
for (const [path, text] of Object.entries(edits)) fs.writeFileSync(path, text);
const text = JSON.stringify(answer);
if (process.env.PERSONA_KEY !== undefined) console.log('working with ' + process.env.PERSONA_KEY);
if (way === 'file') fs.writeFileSync(file, text);
if (way === 'half') fs.writeFileSync(file, text.slice(0, text.length / 2));
if (way === 'stdout') fs.writeSync(1, text);
const { lingerMs } = await note('handed-in');
await new Promise((resolve) => setTimeout(resolve, lingerMs));
process.exit(0);
`;
}
