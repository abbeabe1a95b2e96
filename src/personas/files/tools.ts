// Which tools a persona file gives: every key that gives or takes any, read strictly. A restriction that cannot be read is a mistake, never dropped.
import { isObject, nearest } from '../../support/index.ts';
import { toolMessages } from '../model/messages.ts';
import type { PersonaTool } from '../model/types.ts';
import { keysOfOthers, readingModes, settingsOfOthers, slipsOfTools, toolKeys } from './tool-words.ts';
import { readToolWord, wordsIn } from './tool-word.ts';
import { createToolList } from './tool-list.ts';
import type { ToolList, ToolProblem } from './tool-list.ts';

/** What a file says about tools. */
export interface ReadTools {
  readonly tools: readonly PersonaTool[];
  /** Words that give a tool for some arguments only, as they were written: told to the agent, nobody else can keep them. */
  readonly limits: readonly string[];
  /** Words for tools of other programs, which give nothing here. */
  readonly elsewhere: readonly string[];
  readonly problems: readonly ToolProblem[];
  /** Whether any key speaks of tools: without one the persona has all. */
  readonly isRestricted: boolean;
}

type Kind = keyof typeof toolKeys;

const kinds = new Map<string, Kind>(
  // the keys of the table are its kinds
  (Object.entries(toolKeys) as [Kind, readonly string[]][]).flatMap(([kind, keys]) =>
    keys.map((key): [string, Kind] => [normalKey(key), kind]),
  ),
);

/** Reads the whole front matter: keys of other programs that do not speak of tools are left alone. */
export function readTools(front: Readonly<Record<string, unknown>>): ReadTools {
  const list = createToolList();
  let isRestricted = false;
  for (const [key, value] of Object.entries(front)) {
    const kind = kindOf(key);
    if (key === '<<') list.problem(key, 'error', { message: toolMessages.merged(), hint: toolMessages.mergedHint() });
    else if (kind === undefined) {
      for (const inner of nestedKeys(key, value))
        list.problem(`${key}.${inner}`, 'error', {
          message: toolMessages.nested(key, inner),
          hint: toolMessages.nestedHint(inner),
        });
      const meant = slipOf(key);
      if (meant !== undefined)
        list.problem(key, 'error', { message: toolMessages.slip(key, meant), hint: toolMessages.writeKey(meant) });
      else if (isStrange(key, value))
        list.problem(key, 'error', { message: toolMessages.strangeKey(key), hint: toolMessages.keysHint() });
      else readLeftEdge(list, key, value);
    } else {
      isRestricted ||= kind !== 'mode';
      read[kind](list, key, value);
    }
  }
  return { ...list.result(), isRestricted };
}

function kindOf(key: string): Kind | undefined {
  return kinds.get(normalKey(key));
}

const read: Readonly<Record<Kind, (list: ToolList, key: string, value: unknown) => void>> = {
  given: readGiven,
  refused(list, key, value) {
    if (value === null) return;
    const words = wordsOf(value);
    if (words === undefined) list.unreadable(key);
    else for (const word of words) list.refuse(key, word);
  },
  permission: readPermission,
  readOnly(list, key, value) {
    const said = permissionOf(value);
    if (said === 'allow') list.onlyReads(key);
    else if (said !== 'deny' && value !== null) list.unreadable(key);
  },
  mode(list, key, value) {
    if (typeof value === 'string' && readingModes.some((mode) => normalKey(mode) === normalKey(value.trim())))
      list.onlyReads(key);
  },
};

function readGiven(list: ToolList, key: string, value: unknown): void {
  if (isObject(value)) {
    readMap(list, key, value);
    return;
  }
  const words = wordsOf(value);
  // `all except Bash` and `Read, no Bash` take something away in words that nobody can weigh
  if (words === undefined || words.some(isNegation)) {
    list.unreadable(key);
    return;
  }
  // `tools: []` says what it means; a key without a value may be a slip
  if (words.length === 0 && !Array.isArray(value))
    list.problem(key, 'warning', { message: toolMessages.empty(key), hint: toolMessages.emptyHint(key) });
  list.give(key, words);
}

/** `{ write: false, bash: true }`, `{ "*": false, read: true }`, `{ allow: [...], deny: [...] }`. */
function readMap(list: ToolList, key: string, map: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(map);
  const lists = entries.filter(([word]) =>
    /^(?:allow|allowed|include|enabled|deny|denied|disallowed|exclude|disabled)$/i.test(word),
  );
  if (lists.length > 0 && lists.length === entries.length) {
    for (const [word, value] of lists)
      (/^(?:allow|include|enabled)/i.test(word) ? read.given : read.refused)(list, key, value);
    return;
  }
  const isOnlyOn = entries.every(([word, value]) => word !== '*' && permissionOf(value) === 'allow');
  if (isOnlyOn) {
    list.give(
      key,
      entries.map(([word]) => word),
    );
    list.problem(key, 'warning', {
      message: entries.length === 0 ? toolMessages.empty(key) : toolMessages.onlyOn(key),
      hint: toolMessages.onlyOnHint(key),
    });
    return;
  }
  for (const [word, value] of entries) readEntry({ list, key, word, value });
}

function readPermission(list: ToolList, key: string, value: unknown): void {
  if (value === null || permissionOf(value) === 'allow') return;
  if (typeof value === 'string' && permissionOf(value) !== undefined) {
    readEntry({ list, key, word: '*', value });
    return;
  }
  if (!isObject(value)) {
    list.unreadable(key);
    return;
  }
  for (const [word, item] of Object.entries(value)) {
    // lists of rules, as in the settings of some agents: what they allow is allowed without asking, and takes nothing away
    if (
      /^(?:deny|ask|disallow)$/i.test(word) &&
      (Array.isArray(item) || wordsOf(item) !== undefined) &&
      permissionOf(item) === undefined
    )
      read.refused(list, key, item);
    else if (!(/^allow$/i.test(word) && Array.isArray(item))) readEntry({ list, key, word, value: item });
  }
}

function readEntry({ list, key, word, value }: { list: ToolList; key: string; word: string; value: unknown }): void {
  const said = permissionOf(value);
  const isNoTool = readToolWord(word).kind === 'unknown';
  if (said === undefined && isNoTool) list.unknown(key, word);
  else if (said === undefined) list.unreadable(`${key}.${word}`);
  else if (word === '*') list.base(key, said);
  else if (said === 'allow') list.allow(key, word);
  else if (said === 'deny') list.refuse(key, word);
  else list.refuse(key, word, said);
}

/** `some`: a map of patterns of which some are refused. */
function permissionOf(value: unknown): 'allow' | 'deny' | 'ask' | 'some' | undefined {
  if (typeof value === 'boolean') return value ? 'allow' : 'deny';
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase();
    if (/^(?:allow|allowed|true|on|yes|always)$/.test(word)) return 'allow';
    if (/^(?:deny|denied|false|off|no|never|none|disabled)$/.test(word)) return 'deny';
    return word === 'ask' ? 'ask' : undefined;
  }
  if (!isObject(value)) return undefined;
  const all = Object.values(value).map(permissionOf);
  if (all.length === 0 || all.includes(undefined)) return undefined;
  if (all.every((one) => one === 'allow')) return 'allow';
  return all.every((one) => one === 'deny') ? 'deny' : 'some';
}

/** The words of a list or a text; undefined where it holds anything else. */
function wordsOf(value: unknown): readonly string[] | undefined {
  if (value === null) return [];
  if (typeof value === 'string') return wordsIn(value);
  if (!Array.isArray(value)) return undefined;
  const words = value.map((item: unknown) => (item === null ? undefined : wordsOf(item)));
  return words.includes(undefined) ? undefined : words.flatMap((one) => one ?? []);
}

function isNegation(word: string): boolean {
  return /^(?:except|excluding|excl|but|without|minus|not?|never|exclude|everything|sans)[:.]?$/i.test(word);
}

/** Keys of ours one level too deep: `metadata: { tools: [read] }`. */
function nestedKeys(key: string, value: unknown): readonly string[] {
  if (!isObject(value) || keysOfOthers.some((other) => normalKey(other) === normalKey(key))) return [];
  return Object.keys(value).filter((inner) => ['given', 'refused', 'permission'].includes(kindOf(inner) ?? ''));
}

/** `tools.exclude`, `restrictedTools`, `tool_access`: nobody knows whether it gives or takes. */
function isStrange(key: string, value: unknown): boolean {
  const words = key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s._-]+/);
  const isOther = [...keysOfOthers, ...settingsOfOthers].some((other) => normalKey(other) === normalKey(key));
  return !isOther && value !== null && words.some((word) => /^tools?$/.test(word));
}

/** `edit: false` where `permission: { edit: false }` was meant: taken away all the same. What is allowed there gives nothing new. */
function readLeftEdge(list: ToolList, key: string, value: unknown): void {
  const said = isObject(value) ? undefined : permissionOf(value);
  if (said === undefined || said === 'allow' || readToolWord(key).kind !== 'tools') return;
  list.refuse(key, key, said);
  list.problem(key, 'warning', { message: toolMessages.leftEdge(key), hint: toolMessages.leftEdgeHint(key) });
}

function slipOf(key: string): string | undefined {
  const plain = normalKey(key);
  if (slipsOfTools.includes(plain)) return 'tools';
  const near = nearest(plain, ['disallowedtools', 'allowedtools', 'permission', 'readonly', 'permissionmode']);
  return plain.length < 7 || near?.charAt(0) !== plain.charAt(0) ? undefined : near;
}

function normalKey(key: string): string {
  return key.toLowerCase().replaceAll(/[\s_-]+/g, '');
}
