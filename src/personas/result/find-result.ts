// Finds the result object in what an agent wrote: whole JSON, envelopes of agent programs, fenced blocks, text around it. Pure.
import { isObject, messageOf, parseJson } from '../../support/index.ts';
import { resultMessages } from '../model/messages.ts';
import { fencedBlocks, fenceTeller } from './fenced-blocks.ts';
import type { FencedBlock } from './fenced-blocks.ts';
import { parseLine, plainOutput } from './plain-output.ts';

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
  'structuredOutput',
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
const maxDepth = 8;
/** Of an endless list of blocks or objects only so many are looked at, from the end. */
const mostTried = 50;
/** Characters of objects one in another that are read: each of them is as long as all that stand in it. */
const mostRead = 4 * 1024 * 1024;

/** What is searched: how deep inside of envelopes, and what was asked. */
interface Search {
  readonly depth: number;
  readonly prompt: string;
}

/**
 * The last result in the text, with a pause behind each way to look, for whoever lets others have their turn meanwhile. What stands word for
 * word in the prompt is an echo of it, nobody's answer.
 */
export function findInTurns(text: string, prompt = ''): InTurns<Found> {
  return searching(text, { depth: 0, prompt: prompt.replaceAll('\r\n', '\n') });
}

/** Work that may be left where it pauses. */
export type InTurns<Result> = Generator<undefined, Result>;

/** Does all of it at once. */
export function inOneTurn<Result>(work: InTurns<Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

function search(text: string, now: Search): Found {
  return inOneTurn(searching(text, now));
}

function* searching(text: string, now: Search): InTurns<Found> {
  if (now.depth > maxDepth) return { kind: 'nothing' };
  const whole = parse(text.trim());
  if (whole !== undefined) return unwrap(whole, now);
  const plain = plainOutput(text).trim();
  if (plain === '') return { kind: 'nothing' };
  const bare = parse(plain);
  if (bare !== undefined) return unwrap(bare, now);
  yield;
  const fenced = fromBlocks(plain, now);
  if (fenced.kind !== 'nothing') return fenced;
  yield;
  const lines = fromJsonLines(plain, now);
  if (lines.kind !== 'nothing') return lines;
  yield;
  return fromTrailingObject(plain, now);
}

function deeper(now: Search): Search {
  return { ...now, depth: now.depth + 1 };
}

function isEcho(text: string, { prompt }: Search): boolean {
  return text.trim() !== '' && prompt.includes(text.trim());
}

/** Looks through envelopes: an object with a status is the result unless it is an agent program's own report. */
function unwrap(value: unknown, now: Search): Found {
  if (now.depth > maxDepth) return { kind: 'nothing' };
  if (typeof value === 'string') return search(value, deeper(now));
  if (Array.isArray(value)) return lastOf(value.map((item) => unwrap(item, deeper(now))));
  if (!isObject(value)) return { kind: 'nothing' };
  if (value['is_error'] === true)
    return { kind: 'agent-error', message: textOf(value['result']) ?? textOf(value['error']) ?? 'no reason given' };
  if (isOfOthers(value)) return { kind: 'nothing' };
  if (!isEnvelope(value) && statusKeys.some((key) => key in value)) return { kind: 'object', value };
  for (const key of wrapperKeys) {
    if (!(key in value)) continue;
    const inner = unwrap(value[key], deeper(now));
    if (inner.kind !== 'nothing') return inner;
  }
  if (isObject(value['error'])) return { kind: 'agent-error', message: reasonIn(value['error']) ?? 'no reason given' };
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

/** The last result block decides; without one, the last block that holds a result. */
function fromBlocks(text: string, now: Search): Found {
  const blocks = fencedBlocks(text, mostTried);
  const isOwn = (block: FencedBlock): boolean => !isEcho(block.body, now);
  const marked = blocks.findLast((block) => /^json\s+result$/i.test(block.info) && isOwn(block));
  if (marked !== undefined) {
    const value = parse(marked.body);
    if (isObject(value)) return { kind: 'object', value };
    return { kind: 'broken', message: resultMessages.notJson(resultMessages.inBlock(), problemOf(marked.body)) };
  }
  for (const block of blocks.toReversed()) {
    if (!/^(json\b.*)?$/i.test(block.info) || !isOwn(block)) continue;
    const value = parse(block.body);
    if (isObject(value) && isResultLike(value)) return { kind: 'object', value };
  }
  return { kind: 'nothing' };
}

/** Agents that stream events print one JSON value a line. */
function fromJsonLines(text: string, now: Search): Found {
  const found: JsonLine[] = [];
  for (const line of linesWith(text, '{')) {
    const value = line.trimStart().startsWith('{') ? parseLine(line) : undefined;
    if (isObject(value)) found.push({ line, value });
  }
  if (found.length < 2) return { kind: 'nothing' };
  const last = lastOf(found.map((one) => fromLine(one, now)));
  if (last.kind !== 'nothing' && last.kind !== 'broken') return last;
  const told = search(found.map(({ value }) => pieceOf(value)).join(''), deeper(now));
  if (told.kind === 'object' || last.kind === 'broken') return told.kind === 'object' ? told : last;
  return lastOf(found.map(({ value }) => troubleOf(value)));
}

/** The lines that have the mark in them: most of a long log have not. */
function* linesWith(text: string, mark: string): Generator<string> {
  for (let at = text.indexOf(mark); at !== -1;) {
    const end = text.indexOf('\n', at);
    const line = text.slice(text.lastIndexOf('\n', at) + 1, end === -1 ? text.length : end);
    yield line;
    at = end === -1 ? -1 : text.indexOf(mark, end);
  }
}

interface JsonLine {
  readonly line: string;
  readonly value: { readonly [key: string]: unknown };
}

/** A line with a status of its own is a result only if it looks like one: programs have a status, too. */
function fromLine({ line, value }: JsonLine, now: Search): Found {
  const isBare = !isEnvelope(value) && statusKeys.some((key) => key in value);
  if (isBare && (!isResultLike(value) || isEcho(line, now))) return { kind: 'nothing' };
  return unwrap(value, deeper(now));
}

/** A stream without a result in which the program tells of an error. */
function troubleOf(value: { readonly [key: string]: unknown }): Found {
  const { type, data } = value;
  const message = /error$/i.test(String(type)) ? reasonIn({ ...value, ...(isObject(data) ? data : {}) }) : undefined;
  return message === undefined ? { kind: 'nothing' } : { kind: 'agent-error', message };
}

/** Why, as programs tell it. */
function reasonIn({ message, data }: { readonly [key: string]: unknown }): string | undefined {
  return textOf(message) ?? (isObject(data) ? textOf(data['message']) : undefined);
}

/** A piece of an answer that comes in many lines. */
function pieceOf(value: { readonly [key: string]: unknown }): string {
  if (isOfOthers(value)) return '';
  const piece = value['content'] ?? value['data'] ?? value['text'];
  return typeof piece === 'string' ? piece : '';
}

/**
 * An object that starts a line and is followed by nothing, or by words: a result, or an agent program's report after a warning. The last one
 * wins. What is indented as code is code.
 */
function fromTrailingObject(text: string, now: Search): Found {
  let isFenced: ReturnType<typeof fenceTeller> | undefined;
  let left = mostRead;
  for (const start of lastStarts(text)) {
    const end = endOfObject(text, start);
    left -= (end ?? text.length) - start;
    if (left < 0) break;
    const written = text.slice(start, end ?? start);
    const value = end === undefined ? undefined : parse(written);
    if (!isObject(value)) continue;
    isFenced ??= fenceTeller(text);
    if (isFenced(start) || isEcho(written, now)) continue;
    if (isResultLike(value)) return { kind: 'object', value };
    const inside = isReport(value) ? unwrap(value, deeper(now)) : undefined;
    if (inside !== undefined && inside.kind !== 'nothing') return inside;
  }
  return { kind: 'nothing' };
}

/** Where the last lines begin that an object begins, from the end. */
function* lastStarts(text: string): Generator<number> {
  let [at, tried] = [text.lastIndexOf('{'), 0];
  while (at !== -1 && tried < mostTried) {
    const start = text.lastIndexOf('\n', at) + 1;
    if (/^ {0,3}\{/.test(text.slice(start, start + 4))) {
      tried += 1;
      yield start;
    }
    at = start === 0 ? -1 : text.lastIndexOf('{', start - 1);
  }
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

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function problemOf(text: string): string {
  try {
    const value: unknown = parseJson(text);
    return `it is ${Array.isArray(value) ? 'a list' : typeof value}, not an object`;
  } catch (error) {
    return messageOf(error);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
