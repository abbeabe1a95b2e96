// What a persona may see of the repository through its model: a few tools that read, with limits of calls and bytes. Starts nothing, writes nothing.
import { realpath } from 'node:fs/promises';
import { byteLength, fit, isObject, oneLine, schemaCheck } from '../../support/index.ts';
import type { JsonObject, Redactor } from '../../support/index.ts';
import type { PersonaTool } from '../model/types.ts';
import { listFiles } from './list-files.ts';
import type { ListWish } from './list-files.ts';
import { classOfTool, repositoryMessages as say, toolTexts } from './messages.ts';
import { readFile } from './read-file.ts';
import type { ReadWish } from './read-file.ts';
import { searchText } from './search-text.ts';
import type { SearchWish } from './search-text.ts';
import { mostFileBytes } from './text-file.ts';
import type { Told } from './text-file.ts';

/** Whose tools they are. */
export interface RepositoryView {
  readonly worktree: string;
  readonly tools: readonly PersonaTool[];
  /** What leaves for the model passes it: a secret of this process may have come into a file. */
  readonly redactor: Redactor;
  readonly limits?: Partial<RepositoryLimits>;
}

/** What one request may take of it. */
export interface RepositoryLimits {
  readonly calls: number;
  /** Of all answers together. */
  readonly bytes: number;
  readonly answerBytes: number;
}

/** A tool as a model is told of it. */
export interface RepositoryTool {
  readonly name: string;
  readonly description: string;
  readonly input: JsonObject;
}

/** The tools of one request. */
export interface RepositoryTools {
  readonly list: readonly RepositoryTool[];
  /** What the model is told of them beside; '' where it has none. */
  readonly rules: string;
  /** The persona's tool that a call belongs to; of a tool that is not there, its own word. */
  classOf(name: string): string;
  /** What a call gives. Never throws for what the model asked. */
  use(name: string, input: unknown): Promise<{ readonly text: string; readonly isRefused: boolean }>;
}

const usual: RepositoryLimits = { calls: 60, bytes: 600 * 1024, answerBytes: 48 * 1024 };

/** With less than this nothing can be said. */
const leastBytes = 1_024;

type Use = (root: string, input: unknown, told: Told) => Promise<string>;

interface Known {
  readonly tool: RepositoryTool;
  readonly use: Use;
}

/** The tools that go with what the persona has. */
export function createRepositoryTools(view: RepositoryView): RepositoryTools {
  const limits = { ...usual, ...view.limits };
  const has = new Set(view.tools);
  const known = all.filter(({ tool }) => {
    const isGiven = has.has(classOfTool[tool.name] ?? 'execute');
    // who reads has to find out what there is
    return isGiven || (tool.name === 'list_files' && has.has('read'));
  });
  let calls = limits.calls;
  let bytes = limits.bytes;
  return {
    list: known.map(({ tool }) => tool),
    rules:
      known.length === 0
        ? ''
        : say.rules(
            known.map(({ tool }) => tool.name),
            { ...limits, fileBytes: mostFileBytes },
          ),
    classOf: (name) => classOfTool[name] ?? oneLine(name, 60),
    async use(name, input) {
      const found = known.find(({ tool }) => tool.name === name);
      if (found === undefined) return { text: say.noSuchTool(name), isRefused: true };
      if (calls <= 0) return { text: say.noCallsLeft(), isRefused: true };
      if (bytes < leastBytes) return { text: say.noBytesLeft(), isRefused: true };
      calls -= 1;
      const root = await realpath(view.worktree);
      const most = Math.min(bytes, limits.answerBytes);
      const { redactor } = view;
      const text = fit(
        redactor.text(await found.use(root, input, { most, redact: (words) => redactor.text(words) })),
        most,
        say.askLess(),
      );
      bytes -= byteLength(text);
      return { text: `${text}\n${say.left(calls, Math.max(0, bytes))}`, isRefused: text.startsWith('Refused: ') };
    },
  };
}

/** An input is what its schema lets pass, or a sentence that the model can mend it by. */
function checked<Wish>(input: JsonObject, use: (root: string, wish: Wish, told: Told) => Promise<string>): Use {
  const accepts = schemaCheck<Wish>(input);
  return (root, given, told) => {
    const wish = withoutNulls(given);
    if (accepts(wish)) return use(root, wish, told);
    const [error] = accepts.errors;
    return Promise.resolve(say.wrongInput(`${error?.instancePath ?? ''} ${error?.message ?? ''}`.trim()));
  };
}

/** Some models name every key, and write null where they want nothing. */
function withoutNulls(input: unknown): unknown {
  if (!isObject(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

function text(description: string): JsonObject {
  return { type: 'string', description };
}

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required: [...required], additionalProperties: false };
}

function tool<Wish>(
  name: keyof typeof toolTexts,
  input: JsonObject,
  use: (root: string, wish: Wish, told: Told) => Promise<string>,
): Known {
  return { tool: { name, description: toolTexts[name].about, input }, use: checked(input, use) };
}

const { list_files: listing, read_file: reading, search_text: searching } = toolTexts;
const line = { type: 'integer', minimum: 1 };

const all: readonly Known[] = [
  tool<ListWish>(
    'list_files',
    object({
      path: text(listing.path),
      deep: { type: 'boolean', description: listing.deep },
      name: text(listing.name),
    }),
    (root, wish) => listFiles(root, wish),
  ),
  tool<ReadWish>(
    'read_file',
    object(
      {
        path: text(reading.path),
        from: { ...line, description: reading.from },
        to: { ...line, description: reading.to },
      },
      ['path'],
    ),
    readFile,
  ),
  tool<SearchWish>(
    'search_text',
    object({ text: text(searching.text), path: text(searching.path), name: text(searching.name) }, ['text']),
    searchText,
  ),
];
