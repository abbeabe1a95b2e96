// Reads YAML into plain data and keeps where everything stands. Bounded: no alias, nesting or size can make it slow.
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Document, ParsedNode, Scalar, YAMLError } from 'yaml';
import type { Json, JsonObject } from '../support/index.ts';
import { byteLength, isObject, defined } from '../support/index.ts';
import { childPath } from './document-path.ts';
import { characterProblems, withPlainLineEnds } from './characters.ts';
import { yamlHint } from './yaml-hints.ts';
import { lineOf, linesOf, nearestSpan, offsetIn, place, tagPosition } from './yaml-spans.ts';
import type { Span, Position } from './yaml-spans.ts';
import { strayMarks } from './stray-marks.ts';

/** A problem at a place. */
export interface PlacedProblem extends Position {
  readonly code: string;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** A read file: its data, and where each path stands. */
export interface SourceDocument {
  /** undefined: the file cannot be read at all. */
  readonly value: Json | undefined;
  readonly problems: readonly PlacedProblem[];
  /** The place of a path's key or value; of the nearest parent when the path is not there. */
  positionOf(path: string, on: 'key' | 'value'): Position;
  /** The place of a character inside the text at a path. */
  positionIn(path: string, offset: number): Position;
  /** A value that is no text as it stands in the file: `1.10`, `0x1F`, `True`; undefined where nothing was written. */
  written(path: string): string | undefined;
}

/** What is particular to a kind of file. */
export interface YamlForm {
  /** `a workflow`: what cannot hold a value. */
  readonly holder: string;
  readonly emptyHint?: string;
  readonly documentsHint?: string;
  /** How many lines stand before the YAML in its file: front matter. */
  readonly linesBefore?: number;
  /** How large such a file may be; 256 KiB where it is not said. */
  readonly maxBytes?: number;
}

const plainForm: YamlForm = { holder: 'a file' };
const usualMaxBytes = 256 * 1024;
const maxNodes = 20_000;
const maxDepth = 40;

interface Reading {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly spans: Map<string, Span>;
  readonly written: Map<string, string>;
  readonly anchors: Map<string, ParsedNode>;
  readonly report: (at: number, problem: Omit<PlacedProblem, 'line' | 'column'>) => void;
  readonly form: YamlForm;
  nodes: number;
}

/** A file's text as data with positions. Never throws. */
export function readYaml(file: string, form: YamlForm = plainForm): SourceDocument {
  const text = withPlainLineEnds(file.replace(/^\uFEFF/, ''));
  const lines = linesOf(text);
  const problems: PlacedProblem[] = [];
  const spans = new Map<string, Span>();
  const written = new Map<string, string>();
  function placeAt(at: number): Position {
    const { line, column } = place(lines, at);
    return { line: line + (form.linesBefore ?? 0), column };
  }
  function report(at: number, problem: Omit<PlacedProblem, 'line' | 'column'>): void {
    problems.push({ ...problem, ...placeAt(at) });
  }
  const value = read(text, { spans, written, report, form });
  return {
    value,
    problems,
    written: (path) => written.get(path),
    positionOf(path, on) {
      const found = nearestSpan(spans, path);
      return placeAt(found === undefined ? 0 : on === 'key' ? found.key : found.start);
    },
    positionIn(path, offset) {
      const found = nearestSpan(spans, path);
      return placeAt(found === undefined ? 0 : offsetIn(text, found, offset));
    },
  };
}

function read(text: string, to: Pick<Reading, 'spans' | 'written' | 'report' | 'form'>): Json | undefined {
  const { maxBytes = usualMaxBytes } = to.form;
  if (byteLength(text) > maxBytes) {
    const message = `The file has ${Math.ceil(byteLength(text) / 1024)} KB; ${maxBytes / 1024} KB are the most`;
    to.report(0, { code: 'syntax/too-large', path: '', message, hint: 'Move long texts into persona files.' });
    return undefined;
  }
  const characters = characterProblems(text);
  for (const { at, code, message, hint } of characters) to.report(at, { code, path: '', message, hint });
  if (characters.some(({ hopeless }) => hopeless === true)) return undefined;
  const stray = strayMarks(text);
  if (stray !== undefined) {
    to.report(stray, {
      code: 'syntax/too-deep',
      path: '',
      message: 'The file is full of brackets, quotes or aliases that belong to nothing',
    });
    return undefined;
  }
  const documents = parse(text, to.report);
  const [document, second] = documents ?? [];
  if (second?.range !== undefined)
    to.report(second.contents?.range?.[0] ?? second.range[0], {
      code: 'syntax/multiple-documents',
      path: '',
      message: 'The file holds more than one YAML document',
      ...defined({ hint: to.form.documentsHint }),
    });
  const content = document?.contents;
  const isNothing = content === null || (isScalar(content) && content.value === null);
  if (document === undefined || isNothing || content === undefined) {
    if (documents !== undefined)
      to.report(0, {
        code: 'syntax/empty',
        path: '',
        message: 'The file is empty',
        ...defined({ hint: to.form.emptyHint }),
      });
    return undefined;
  }
  // what a character did is told for what it is
  const odd = new Set(characters.map(({ at }) => at));
  for (const error of firstPerPlace(document.errors)
    .filter(({ pos }) => !odd.has(pos[0]))
    .slice(0, 20))
    to.report(tabIn(text, error.pos[0]) ?? error.pos[0], yamlProblem(error, text));
  if (document.errors.length > 0) return undefined;
  const { spans, written, form } = to;
  const reading: Reading = { text, document, spans, written, anchors: new Map(), report: to.report, form, nodes: 0 };
  try {
    return valueOf(content, { path: '', key: 0, depth: 0, open: [] }, reading);
  } catch (error) {
    if (error instanceof StopReading) return undefined;
    throw error;
  }
}

function parse(text: string, report: Reading['report']): Document.Parsed[] | undefined {
  try {
    // Duplicate keys are found below: the library's own check takes seconds on a large map.
    const found = parseAllDocuments(text, {
      uniqueKeys: false,
      prettyErrors: false,
      version: '1.2',
      schema: 'core',
      logLevel: 'silent',
    });
    return Array.isArray(found) ? found : [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    report(0, { code: 'syntax/too-deep', path: '', message: 'The file is nested too deeply' });
    return undefined;
  }
}

/** Ends the reading of a file whose problem is reported already. */
class StopReading extends Error {}

interface At {
  readonly path: string;
  readonly key: number;
  readonly depth: number;
  /** Anchors being read, to find an alias inside its own anchor. */
  readonly open: readonly ParsedNode[];
  /** The place of the alias that this value is read through: problems in it are reported at the anchor already. */
  readonly alias?: number;
}

function valueOf(node: ParsedNode | null, at: At, reading: Reading): Json {
  reading.nodes += 1;
  const start = node?.range[0] ?? at.key;
  const end = node?.range[1] ?? start;
  const content = isScalar(node) ? node.value : undefined;
  if (at.alias === undefined)
    reading.spans.set(at.path, { key: at.key, start, end, ...(typeof content === 'string' ? { text: content } : {}) });
  if (reading.nodes > maxNodes)
    stop(reading, at.alias ?? start, {
      code: 'syntax/alias-bomb',
      message: `The file stands for more than ${maxNodes} values`,
      hint: 'Write less by alias.',
    });
  if (at.depth > maxDepth) stop(reading, start, { code: 'syntax/too-deep', message: 'The file is nested too deeply' });
  if (node === null) return null;
  if (isAlias(node)) return aliasValue(node, at, reading);
  if (node.tag !== undefined && at.alias === undefined)
    reading.report(tagPosition(reading.text, start), {
      code: 'syntax/tag',
      path: at.path,
      message: `The tag \`${node.tag.replace('tag:yaml.org,2002:', '!!')}\` is not allowed`,
      hint: 'Take the tag away; put quotes around text.',
    });
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, node);
  const below = { ...at, depth: at.depth + 1, open: [...at.open, node] };
  if (isSeq(node))
    return node.items.map((item, index) => {
      // Items of a parsed sequence are parsed nodes.
      const child = item as ParsedNode | null;
      return valueOf(child, { ...below, path: childPath(at.path, index), key: child?.range[0] ?? start }, reading);
    });
  if (isMap(node))
    return mapValue(node.items as readonly { key: ParsedNode; value: ParsedNode | null }[], below, reading); // items of a parsed map are parsed pairs
  if (typeof node.value !== 'string' && node.source !== undefined) reading.written.set(at.path, node.source);
  return scalarValue(node, at.path, reading);
}

function mapValue(
  items: readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[],
  at: At,
  reading: Reading,
): Json {
  const entries = new Map<string, Json>();
  const merged: Json[] = [];
  for (const { key, value } of items) {
    const start = key.range[0];
    const report = at.alias === undefined ? reading.report : () => {};
    const word = isScalar(key) ? key.value : null;
    if (isMergeKey(key)) {
      report(start, {
        code: 'syntax/merge-key',
        path: at.path,
        message: '`<<` is a merge key of YAML 1.1, which is not read here',
        hint: 'Write the keys out, or give a whole value by its alias: `params: *base`.',
      });
      merged.push(valueOf(value, { ...at, path: childPath(at.path, '<<'), key: start }, reading));
      continue;
    }
    if (typeof word !== 'string' && typeof word !== 'number' && typeof word !== 'boolean') {
      report(start, {
        code: 'syntax/key',
        path: at.path,
        message: 'A key must be a plain word',
        hint: 'A value that starts with `{{` needs quotes around it.',
      });
      continue;
    }
    // `1.10` and `007` are names as they stand
    const name = isScalar(key) && typeof word !== 'string' ? (key.source ?? String(word)) : String(word);
    if (name === '__proto__' || name === 'constructor' || name === 'prototype') {
      report(start, { code: 'syntax/key', path: at.path, message: `\`${name}\` cannot be a key` });
      continue;
    }
    if (entries.has(name)) {
      const first = reading.spans.get(childPath(at.path, name));
      const line =
        first === undefined
          ? ''
          : ` (first on line ${lineOf(reading.text, first.key) + (reading.form.linesBefore ?? 0)})`;
      report(start, {
        code: 'syntax/duplicate-key',
        path: childPath(at.path, name),
        message: `The key \`${name}\` is there twice${line}`,
        hint: 'Keep one of the two.',
      });
      continue;
    }
    entries.set(name, valueOf(value, { ...at, path: childPath(at.path, name), key: start }, reading));
  }
  // what it would have brought is checked as if it stood here: one mistake, not many
  for (const [name, value] of merged.flatMap(mergedEntries)) if (!entries.has(name)) entries.set(name, value);
  return Object.fromEntries(entries);
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
}

function mergedEntries(value: Json): readonly (readonly [string, Json])[] {
  if (Array.isArray(value)) return value.flatMap((one: Json) => mergedEntries(one));
  return isObject(value) ? Object.entries(value as JsonObject) : []; // what comes out of a YAML file is JSON
}

function aliasValue(node: ParsedNode & { source?: string }, at: At, reading: Reading): Json {
  const start = node.range[0];
  const target = reading.anchors.get(node.source ?? '');
  if (target === undefined || at.open.includes(target)) {
    const message =
      target === undefined
        ? `The alias \`*${node.source ?? ''}\` has no anchor before it`
        : `The alias \`*${node.source ?? ''}\` stands inside its own anchor`;
    reading.report(start, { code: 'syntax/alias', path: at.path, message });
    return null;
  }
  if (at.alias === undefined) reading.spans.set(at.path, { key: at.key, start, end: node.range[1] });
  return valueOf(target, { ...at, depth: at.depth + 1, alias: at.alias ?? start }, reading);
}

function scalarValue(node: Scalar.Parsed, path: string, reading: Reading): Json {
  const { value } = node;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  reading.report(node.range[0], {
    code: 'syntax/value',
    path,
    message: `${typeof value === 'number' ? (node.source ?? value) : 'This'} is not a value ${reading.form.holder} can hold`,
    hint: 'Put quotes around it if it is text.',
  });
  return null;
}

function stop(reading: Reading, at: number, why: Pick<PlacedProblem, 'code' | 'message' | 'hint'>): never {
  reading.report(at, { ...why, path: '' });
  throw new StopReading();
}

/** The library says the same twice where a value goes on at a deeper level: once per thing it could have been. */
function firstPerPlace(errors: readonly YAMLError[]): YAMLError[] {
  return errors.filter((error, index) => errors.findIndex(({ pos }) => pos[0] === error.pos[0]) === index);
}

/** The tab that a line is indented with, which is what is wrong with it whatever the library says. */
function tabIn(text: string, at: number): number | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const indentation = /^[ \t]*/.exec(text.slice(start, at + 200))?.[0] ?? '';
  const tab = indentation.indexOf('\t');
  return tab === -1 ? undefined : start + tab;
}

function yamlProblem(error: YAMLError, text: string): Omit<PlacedProblem, 'line' | 'column'> {
  if (tabIn(text, error.pos[0]) !== undefined)
    return { code: 'syntax/yaml', path: '', message: 'Tabs are not allowed as indentation', hint: 'Use spaces.' };
  const hint = yamlHint(error.code, text, error.pos[0]);
  return { code: 'syntax/yaml', path: '', message: error.message, ...defined({ hint }) };
}
