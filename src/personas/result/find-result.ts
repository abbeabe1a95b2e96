// Finds the result object in what an agent wrote: whole JSON, envelopes of agent programs, fenced blocks, text around it. Pure.
import { isObject, messageOf } from '../../support/index.ts';
import { resultMessages } from '../model/messages.ts';

/** An object as it was handed in, not yet checked. */
export type Found =
  | { readonly kind: 'object'; readonly value: { readonly [key: string]: unknown } }
  /** The agent's own envelope says that it failed. */
  | { readonly kind: 'agent-error'; readonly message: string }
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'nothing' };

const statusKeys = ['status', 'verdict', 'success', 'passed', 'approved'] as const;
/** Where agent programs and model APIs put the text of an answer. */
const wrapperKeys = [
  'structured_output',
  'result',
  'response',
  'output',
  'message',
  'content',
  'text',
  'choices',
  'data',
  'item',
  'part',
  'msg',
  'payload',
] as const;
const maxDepth = 5;

/** The last result in the text. */
export function findResult(text: string): Found {
  return search(text, 0);
}

function search(text: string, depth: number): Found {
  const plain = withoutThinking(text).trim();
  if (plain === '' || depth > maxDepth) return { kind: 'nothing' };
  const whole = parse(plain);
  if (whole !== undefined) return unwrap(whole, depth);
  const fenced = fromBlocks(plain);
  if (fenced.kind !== 'nothing') return fenced;
  const lines = fromJsonLines(plain, depth);
  if (lines.kind !== 'nothing') return lines;
  return fromTrailingObject(plain, depth);
}

/** Looks through envelopes: an object with a status is the result unless it is an agent program's own report. */
function unwrap(value: unknown, depth: number): Found {
  if (depth > maxDepth) return { kind: 'nothing' };
  if (typeof value === 'string') return search(value, depth + 1);
  if (Array.isArray(value)) return lastOf(value.map((item) => unwrap(item, depth + 1)));
  if (!isObject(value)) return { kind: 'nothing' };
  if (value['is_error'] === true)
    return { kind: 'agent-error', message: textOf(value['result']) ?? textOf(value['error']) ?? 'no reason given' };
  if (isOfOthers(value)) return { kind: 'nothing' };
  if (!isEnvelope(value) && statusKeys.some((key) => key in value)) return { kind: 'object', value };
  for (const key of wrapperKeys) {
    if (!(key in value)) continue;
    const inner = unwrap(value[key], depth + 1);
    if (inner.kind !== 'nothing') return inner;
  }
  if (isObject(value['error']))
    return { kind: 'agent-error', message: textOf(value['error']['message']) ?? 'no reason given' };
  return { kind: 'nothing' };
}

/** What agent programs print about themselves; their "success" says that they ran, not that the work is right. */
function isEnvelope(value: { readonly [key: string]: unknown }): boolean {
  const names = ['session_id', 'sessionId', 'subtype', 'is_error', 'choices', 'stop_reason', 'finish_reason', 'stats'];
  return names.some((key) => key in value) || isEvent(value);
}

/** The whole answer of an agent program: it names its session or how the answer ended, so no model made it up on the way. */
function isReport(value: { readonly [key: string]: unknown }): boolean {
  const isWhole = value['type'] === 'result' || 'stats' in value || 'stopReason' in value || 'choices' in value;
  return isWhole && wrapperKeys.some((key) => key in value);
}

/** One line of a stream, with a type and no result of its own. */
function isEvent(value: { readonly [key: string]: unknown }): boolean {
  return typeof value['type'] === 'string' && !('summary' in value) && !('outputs' in value);
}

/** What a tool gave, what was put in, and what a model thought: files that hold a result are no answer. */
function isOfOthers(value: { readonly [key: string]: unknown }): boolean {
  const { type, role } = value;
  if (role === 'user' || role === 'tool' || role === 'system') return true;
  return (
    isEvent(value) &&
    /tool|reason|think|command|exec|function|^user|^system|search|file_change|todo/i.test(String(type))
  );
}

/** Fenced blocks as CommonMark reads them: a block inside a longer fence is only text. The last result block decides. */
function fromBlocks(text: string): Found {
  const blocks = fencedBlocks(text);
  const marked = blocks.filter((block) => /^json\s+result$/i.test(block.info)).at(-1);
  if (marked !== undefined) {
    const value = parse(marked.body);
    if (isObject(value)) return { kind: 'object', value };
    return { kind: 'broken', message: resultMessages.notJson(resultMessages.inBlock(), problemOf(marked.body)) };
  }
  for (const block of blocks.toReversed()) {
    if (!/^(json\b.*)?$/i.test(block.info)) continue;
    const value = parse(block.body);
    if (isObject(value) && isResultLike(value)) return { kind: 'object', value };
  }
  return { kind: 'nothing' };
}

function fencedBlocks(text: string): { readonly info: string; readonly body: string }[] {
  const blocks: { info: string; body: string }[] = [];
  let open: { marks: string; info: string; body: string[] } | undefined;
  for (const line of text.split('\n')) {
    if (open === undefined) {
      const start = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`]*)$/.exec(line);
      if (start !== null) open = { marks: start[1] ?? '', info: (start[2] ?? '').trim(), body: [] };
    } else if (closes(line, open.marks)) {
      blocks.push({ info: open.info, body: open.body.join('\n') });
      open = undefined;
    } else open.body.push(line);
  }
  // an answer that was cut off still shows what it began with; JSON that is whole is taken
  if (open !== undefined) blocks.push({ info: open.info, body: open.body.join('\n') });
  return blocks;
}

function closes(line: string, marks: string): boolean {
  const end = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.[1];
  return end !== undefined && end[0] === marks[0] && end.length >= marks.length;
}

/** Agents that stream events print one JSON value a line. */
function fromJsonLines(text: string, depth: number): Found {
  const values = text.split('\n').map((line) => (line.trimStart().startsWith('{') ? parse(line) : undefined));
  const found = values.filter((value) => value !== undefined);
  if (found.length < 2) return { kind: 'nothing' };
  const last = lastOf(found.map((value) => unwrap(value, depth + 1)));
  if (last.kind !== 'nothing' && last.kind !== 'broken') return last;
  const told = search(found.map(pieceOf).join(''), depth + 1);
  return told.kind === 'object' ? told : last;
}

/** A piece of an answer that comes in many lines. */
function pieceOf(value: unknown): string {
  if (!isObject(value) || isOfOthers(value)) return '';
  const piece = value['content'] ?? value['data'] ?? value['text'];
  return typeof piece === 'string' ? piece : '';
}

/** An object that starts a line and is followed by nothing, or by words: a result, or an agent program's report after a warning. The last one wins. */
function fromTrailingObject(text: string, depth: number): Found {
  const starts = [...text.matchAll(/^[ \t]*\{/gm)].map((match) => match.index).slice(-50);
  for (const start of starts.toReversed()) {
    const end = endOfObject(text, start);
    const value = end === undefined ? undefined : parse(text.slice(start, end));
    if (!isObject(value) || isInsideFence(text, start)) continue;
    if (isResultLike(value)) return { kind: 'object', value };
    const inside = isReport(value) ? unwrap(value, depth + 1) : undefined;
    if (inside !== undefined && inside.kind !== 'nothing') return inside;
  }
  return { kind: 'nothing' };
}

function isInsideFence(text: string, offset: number): boolean {
  let marks: string | undefined;
  for (const line of text.slice(0, offset).split('\n')) {
    if (marks === undefined) marks = /^ {0,3}(`{3,}|~{3,})[ \t]*[^`]*$/.exec(line)?.[1];
    else if (closes(line, marks)) marks = undefined;
  }
  return marks !== undefined;
}

function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return undefined;
}

/** In free text an object must look like a result, not like any JSON with a `status`. */
function isResultLike(value: { readonly [key: string]: unknown }): boolean {
  return !isEnvelope(value) && ('status' in value || 'verdict' in value) && ('summary' in value || 'outputs' in value);
}

function lastOf(found: readonly Found[]): Found {
  return found.findLast((one) => one.kind !== 'nothing') ?? { kind: 'nothing' };
}

/** What a model thought aloud is not its answer. An unclosed thought never ended: nothing after it counts. */
function withoutThinking(text: string): string {
  return text
    .replaceAll(/<(think|thinking|reasoning)>[\s\S]*?<\/\1>/gi, '')
    .replace(/^[\s\S]*<\/(think|thinking|reasoning)>/i, '')
    .replace(/<(think|thinking|reasoning)>[\s\S]*$/i, '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function problemOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return `it is ${Array.isArray(value) ? 'a list' : typeof value}, not an object`;
  } catch (error) {
    return messageOf(error);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
