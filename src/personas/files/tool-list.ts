// Adds up what the keys of one file give and take. What is refused stays refused, whatever else gives it; every loss that no word names is told.
import { toolMessages } from '../model/messages.ts';
import type { PersonaTool } from '../model/types.ts';
import { readToolWord, toolsLike } from './tool-word.ts';
import { allTools } from './tool-words.ts';

/** What is wrong with a key, and where. */
export interface ToolProblem {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly code: 'persona/restriction' | 'persona/unknown-tool' | 'persona/lost-tool';
  readonly message: string;
  readonly hint?: string;
}

/** How much of a tool is refused: `ask` and `some` are refused whole, because nobody is there to be asked and no sandbox knows arguments. */
type Refusal = 'deny' | 'ask' | 'some';

interface Refused {
  readonly key: string;
  readonly words: Set<string>;
  isWhole: boolean;
  how: Refusal;
}

/** The sum of the keys of a file. */
export type ToolList = ReturnType<typeof createToolList>;

/** A list of which nothing is said yet: that means all. */
export function createToolList() {
  let given: ReadonlySet<PersonaTool> | undefined;
  let base: ReadonlySet<PersonaTool> = new Set(allTools);
  let firstList = '';
  let isBaseRefused = false;
  const named = new Set<PersonaTool>();
  const allowed = new Set<PersonaTool>();
  const unlimited = new Set<PersonaTool>();
  const limits = new Map<string, readonly PersonaTool[]>();
  const refused = new Map<PersonaTool, Refused>();
  const elsewhere = new Set<string>();
  const readers: string[] = [];
  const problems: ToolProblem[] = [];

  function problem(key: string, severity: ToolProblem['severity'], said: Pick<ToolProblem, 'message' | 'hint'>): void {
    const code = severity === 'error' ? 'persona/restriction' : 'persona/lost-tool';
    problems.push({ key, severity, code, ...said });
  }

  function unknown(key: string, word: string, near?: string): void {
    const hint = near === undefined ? toolMessages.unknownHint() : toolMessages.didYouMean(near);
    problems.push({
      key,
      severity: 'warning',
      code: 'persona/unknown-tool',
      message: toolMessages.unknown(word),
      hint,
    });
  }

  /** What one word gives. */
  function give(key: string, word: string): readonly PersonaTool[] {
    const meant = readToolWord(word);
    if (meant.kind === 'all') {
      for (const tool of allTools) unlimited.add(tool);
      return allTools;
    }
    if (meant.kind === 'unknown') unknown(key, word, meant.near);
    if (meant.kind === 'elsewhere') elsewhere.add(word);
    if (meant.kind !== 'tools') return [];
    if (meant.limit !== undefined) limits.set(meant.limit, meant.tools);
    else for (const tool of meant.tools) unlimited.add(tool);
    return meant.tools;
  }

  function take(tools: readonly PersonaTool[], key: string, { word, isWhole, how }: Taking): void {
    for (const tool of tools) {
      const known = refused.get(tool) ?? { key, words: new Set<string>(), isWhole: false, how };
      known.words.add(word);
      known.isWhole ||= isWhole && how === 'deny';
      refused.set(tool, known);
    }
  }

  function refuse(key: string, word: string, how: Refusal = 'deny'): void {
    const meant = readToolWord(word);
    if (meant.kind === 'all') take(allTools, key, { word, isWhole: true, how });
    else if (meant.kind === 'tools') {
      const part = meant.limit === undefined ? how : 'some';
      take(meant.tools, key, { word, isWhole: meant.isWhole, how: part });
    } else if (word.includes('*')) take(toolsLike(word), key, { word, isWhole: true, how });
    else if (meant.kind === 'unknown') {
      // a word with a separator is a tool of a server that we never give; another one is a slip, and dropping it would drop a restriction
      const isSlip = meant.near !== undefined || !/[_-]/.test(word);
      if (isSlip)
        problem(key, 'error', {
          message: toolMessages.unknownRefused(key, word),
          hint: meant.near === undefined ? toolMessages.unknownHint() : toolMessages.didYouMean(meant.near),
        });
      else unknown(key, word);
    }
  }

  return {
    problem,
    unknown,
    refuse,
    unreadable: (key: string): void =>
      problem(key, 'error', { message: toolMessages.unreadable(key), hint: toolMessages.unreadableHint() }),
    give(key: string, words: readonly string[]): void {
      const tools = new Set<PersonaTool>();
      for (const word of words) {
        const [, taken] = /^[!-]\s*(\S.*)$/.exec(word) ?? [];
        if (taken !== undefined) refuse(key, taken);
        else for (const tool of give(key, word)) tools.add(tool);
      }
      for (const tool of tools) if (!words.some((word) => readToolWord(word).kind === 'all')) named.add(tool);
      if (words.length > 0 && words.every((word) => readToolWord(word).kind === 'elsewhere'))
        problem(key, 'warning', { message: toolMessages.nothing(key), hint: toolMessages.emptyHint(key) });
      for (const tool of allTools)
        if (given !== undefined && given.has(tool) !== tools.has(tool))
          problem(key, 'warning', {
            message: toolMessages.both(given.has(tool) ? key : firstList, tool),
            hint: toolMessages.bothHint(),
          });
      if (given === undefined) firstList = key;
      given = given === undefined ? tools : new Set([...given].filter((tool) => tools.has(tool)));
    },
    base(key: string, how: 'allow' | Refusal): void {
      if (how === 'allow') return;
      isBaseRefused = true;
      if (how !== 'deny')
        problem(key, 'warning', { message: toolMessages.asks(key, '*'), hint: toolMessages.asksHint() });
    },
    allow(key: string, word: string): void {
      if (word.includes('*')) {
        if (toolsLike(word).length > 0)
          problem(key, 'warning', { message: toolMessages.patternGives(word), hint: toolMessages.patternGivesHint() });
        return;
      }
      for (const tool of give(key, word)) allowed.add(tool);
    },
    /** A file that only reads: neither edits nor commands, which nobody can keep from writing elsewhere. */
    onlyReads: (key: string): void => void readers.push(key),
    result() {
      for (const key of readers)
        for (const tool of ['edit', 'execute'] as const) {
          if (named.has(tool)) problem(key, 'warning', { message: toolMessages.onlyReads(key, tool) });
          take([tool], key, { word: key, isWhole: true, how: 'deny' });
        }
      if (isBaseRefused) base = allowed;
      const has = allTools.filter((tool) => base.has(tool) && (given?.has(tool) ?? true));
      const tools = has.filter((tool) => !refused.has(tool));
      for (const tool of has) {
        const loss = refused.get(tool);
        if (loss !== undefined) tellLoss(tool, loss);
      }
      const limited = [...limits].filter(([, of]) => of.some((tool) => tools.includes(tool) && !unlimited.has(tool)));
      for (const [limit, [tool]] of limited)
        if (tool !== undefined)
          problem('tools', 'warning', {
            message: toolMessages.limited(limit, tool),
            hint: toolMessages.limitedHint(tool),
          });
      return { tools, limits: limited.map(([limit]) => limit), elsewhere: [...elsewhere], problems };
    },
  };

  function tellLoss(tool: PersonaTool, { key, words, isWhole, how }: Refused): void {
    const list = [...words].join(', ');
    if (isWhole) return;
    if (how === 'ask')
      problem(key, 'warning', { message: toolMessages.asks(key, list), hint: toolMessages.asksHint() });
    else if (how === 'some' || words.size < 2) problem(key, 'warning', { message: toolMessages.partly(list, tool) });
  }
}

interface Taking {
  readonly word: string;
  readonly isWhole: boolean;
  readonly how: Refusal;
}
