// Finds commands in a comment. Never looks into code, quotes or hidden text, and never throws on anything a person can type.
import { markdownLines } from '../common/markdown.ts';
import { behind, looksLike, turnsAround } from './looks.ts';
import { plainLines } from './plain-lines.ts';
import type { PlainLine } from './plain-lines.ts';
import { splitWords, takeWord } from './words.ts';

/** One command as it was written. `values` keeps `key=value` pairs in order; `args` the other words. */
export interface Command {
  readonly verb: string;
  readonly args: readonly string[];
  readonly values: readonly (readonly [string, string])[];
  /** Everything after the verb, as written. */
  readonly rest: string;
  /** `rest` with the lines below it, as written, up to the next command. */
  readonly text: string;
  /** Counts from 0 within the comment. */
  readonly ordinal: number;
  /** The line of the comment, 1-based. */
  readonly line: number;
  /** Why the words could not be read. */
  readonly problem?: 'unclosed-quote';
  /** Written as `@bot verb`: then only known verbs are meant as commands. */
  readonly mention: boolean;
}

/** GitHub takes no longer text; what stands behind it is not read. */
const mostCharacters = 65_536;

/** Nobody writes more; what stands below is not read. */
const mostCommands = 100;

/** The commands of a comment, in order. */
export function parseCommands(comment: string, botLogin: string): readonly Command[] {
  const body = comment.slice(0, mostCharacters);
  const bot = botLogin.replace(/\[bot\]$/, '').toLowerCase();
  const commands: Omit<Command, 'text'>[] = [];
  for (const plain of linesThatCount(body)) {
    const found = commandStart(plain, bot);
    if (found === undefined || commands.length >= mostCommands) continue;
    const { words, unclosed } = splitWords(found.shownRest);
    commands.push({
      verb: found.verb,
      args: words.flatMap((word) => (word.key === undefined ? [word.value] : [])),
      values: words.flatMap((word) => (word.key === undefined ? [] : [[word.key, word.value] as const])),
      rest: found.rest,
      ordinal: commands.length,
      line: plain.line,
      mention: found.mention,
      ...(unclosed ? { problem: 'unclosed-quote' as const } : {}),
    });
  }
  const lines = markdownLines(body);
  return commands.map((command, index) => {
    const below = lines.slice(command.line, (commands[index + 1]?.line ?? lines.length + 1) - 1);
    return { ...command, text: [command.rest, ...below].join('\n').trim() };
  });
}

/** Plain both as GitHub draws the comment and as it looks: an unseen character in front of a fence or a `>` opens nothing. */
function linesThatCount(body: string): readonly PlainLine[] {
  const drawn = plainLines(body);
  const looks = looksLike(body);
  if (looks === body) return drawn;
  const plain = new Set(plainLines(looks).map(({ line }) => line));
  return drawn.filter(({ line }) => plain.has(line));
}

interface Found {
  readonly verb: string;
  readonly rest: string;
  /** The words that are seen. */
  readonly shownRest: string;
  readonly mention: boolean;
}

const namedSpace = /&(?:nbsp|ensp|emsp|thinsp|#160|#x0*a0);/gi;

function commandStart({ shown, written: typed }: PlainLine, bot: string): Found | undefined {
  if (typed.includes(turnsAround)) return undefined;
  const written = typed.replaceAll(namedSpace, ' ');
  const asWritten = callOf(looksLike(written), bot);
  // a line separator ends the words for the eye, and nothing for Markdown
  const [line = ''] = looksLike(shown).split(/[\u0085\u2028\u2029]/);
  const asShown = callOf(line, bot);
  if (asWritten === undefined || asShown === undefined) return undefined;
  const words = line.slice(asShown.length).trim();
  const { value = '', rest = '' } = takeWord(words) ?? {};
  const verb = value.toLowerCase();
  return {
    verb: verb === '' ? 'help' : verb,
    rest: behind(written, asWritten.length)
      .trim()
      .replace(/^\S+\s*/, ''),
    shownRest: rest.trim(),
    mention: asShown.mention,
  };
}

/** The call at the start of the line, `/troupe ` or `@bot: `, and how many characters it takes. */
function callOf(line: string, bot: string): { readonly length: number; readonly mention: boolean } | undefined {
  const slash = /^[ \t]*\/troupe(?=\s|$)/i.exec(line);
  if (slash !== null) return { length: slash[0].length, mention: false };
  const mention = /^[ \t]*@([a-z\d-]+)(?:\[bot\])?(?:\s*[,:;，：、]|\s+[-–—]+(?=\s)|(?=\s))(?=\s*\S)/i.exec(line);
  if (mention === null || mention[1]?.toLowerCase() !== bot) return undefined;
  return { length: mention[0].length, mention: true };
}
