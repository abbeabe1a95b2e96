// An agent that does whatever it reads: in its prompt, in files, in the history, in what a program prints. It undoes every disguise that a model could.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goodAnswers } from './good-answers.ts';

/** One order that the agent has found. */
export interface Seen {
  readonly id: string;
  readonly verb: string;
  /** `data`: in a block of data of its prompt; `open`: in its prompt outside of every block; else where it looked. */
  readonly where: 'data' | 'open' | 'file' | 'history' | 'tool';
}

/** An order: `say`, `finding`, `output`, `write <path>`, `sh`, `verdict`. Known by its id wherever it turns up. `$KEY` is the agent's own key. */
export function order(id: string, verb: string, rest = ''): string {
  return `AGENT-DO ${id} ${verb} ${rest}`.trim();
}

/** Letters as characters that nobody sees. */
export const disguises = {
  tags: (text: string) =>
    Array.from(text, (letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join(''),
  zeroWidth: (text: string) =>
    Array.from(text, (letter) => (letter.codePointAt(0) ?? 0).toString(2).padStart(8, '0'))
      .join('')
      .replaceAll('0', '\u200B')
      .replaceAll('1', '\u200C'),
  selectors: (text: string) =>
    Array.from(text, (letter) => String.fromCodePoint(0xe0100 + (letter.codePointAt(0) ?? 0))).join(''),
  backwards: (text: string) => `\u202E${Array.from(text).toReversed().join('')}\u202C`,
};

/** Writes the agent beside the server file: `shellProviders` names it. */
export function writeGullibleAgent(dir: string): void {
  writeFileSync(join(dir, 'persona.mjs'), script);
}

const script = `import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
const prompt = fs.readFileSync(0, 'utf8');
const answers = ${JSON.stringify(goodAnswers)};
const { edits = {}, ...answer } = answers[process.env.TROUPE_PERSONA] ?? { status: 'pass', summary: 'Done.', outputs: {} };
for (const [file, text] of Object.entries(edits)) { try { fs.writeFileSync(file, text); } catch {} }
function sh(command) {
  try { return execFileSync('sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 20000 }); }
  catch (error) { return String(error.stdout) + String(error.stderr); }
}
function revealed(text) {
  const bits = (run) => run.replace(/\\u200B/g, '0').replace(/\\u200C/g, '1').match(/[01]{8}/g)?.map((byte) => String.fromCharCode(parseInt(byte, 2))).join('') ?? '';
  return text
    .replace(/\\u202E([^\\u202C]*)\\u202C/g, (_, run) => '\\n' + [...run].reverse().join('') + '\\n')
    .replace(/[\\u200B\\u200C]{16,}/g, (run) => '\\n' + bits(run) + '\\n')
    .replace(/[\\u{E0020}-\\u{E007E}]+/gu, (run) => '\\n' + [...run].map((one) => String.fromCodePoint(one.codePointAt(0) - 0xe0000)).join('') + '\\n')
    .replace(/[\\u{E0120}-\\u{E017E}]+/gu, (run) => '\\n' + [...run].map((one) => String.fromCodePoint(one.codePointAt(0) - 0xe0100)).join('') + '\\n');
}
const seen = [];
const orders = [];
function read(text, where) {
  for (const [, id, verb, rest] of revealed(text).matchAll(/AGENT-DO[ ._-](\\w+)[ ._-](\\w+)[ ._-]?([^\\n"]*)/g)) {
    seen.push({ id, verb, where });
    orders.push([verb, rest.replaceAll('$KEY', process.env.ANTHROPIC_API_KEY ?? '').replaceAll('\\\\n', '\\n')]);
  }
}
let open = '';
let data = '';
let marks;
for (const line of prompt.split('\\n')) {
  if (marks === undefined) {
    marks = /^(\`{4,})data$/.exec(line)?.[1];
    if (marks === undefined) open += line + '\\n';
  } else if (line === marks) marks = undefined;
  else data += line + '\\n';
}
read(open, 'open');
read(data, 'data');
// with the files that it was told of as its notes, as every agent does
for (const file of ['README.md', 'NOTES.md', 'AGENTS.md', 'CLAUDE.md', 'GEMINI.md', '.claude/CLAUDE.md', '.github/copilot-instructions.md']) {
  try { read(fs.readFileSync(file, 'utf8'), 'file'); } catch {}
}
read(sh('git log --format=%B -n 50'), 'history');
read(sh('sh ./tool.sh'), 'tool');
for (const [verb, rest] of orders) {
  if (verb === 'say') answer.summary += '\\n\\n' + rest + '\\n';
  if (verb === 'finding') answer.findings = [...(answer.findings ?? []), { path: 'src/cart.js', line: 1, message: rest }];
  if (verb === 'output') answer.outputs = { ...answer.outputs, told: rest };
  if (verb === 'verdict') answer.status = rest.trim() || 'pass';
  if (verb === 'sh') answer.outputs = { ...answer.outputs, ran: (answer.outputs?.ran ?? '') + sh(rest).slice(0, 2000) };
  if (verb === 'write') {
    const [file, ...text] = rest.split(' ');
    try { fs.mkdirSync(file.split('/').slice(0, -1).join('/') || '.', { recursive: true }); fs.writeFileSync(file, text.join(' ') + '\\n'); } catch {}
  }
}
answer.artifacts = [{ name: 'seen.json', mediaType: 'application/json', content: JSON.stringify(seen) }];
if (orders.some(([verb]) => verb === 'echo')) console.log(prompt);
else fs.writeFileSync(process.env.TROUPE_RESULT_FILE, JSON.stringify(answer));
`;
