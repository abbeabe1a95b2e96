// Finds commands in a comment. Never looks into code, quotes or hidden text, and never throws on anything a person can type.

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

/** The commands of a comment, in order. */
export function parseCommands(body: string, botLogin: string): readonly Command[] {
  const bot = botLogin.replace(/\[bot\]$/, '').toLowerCase();
  const commands: Omit<Command, 'text'>[] = [];
  for (const { text, line } of plainLines(body)) {
    const found = commandStart(text, bot);
    if (found === undefined) continue;
    const { words, unclosed } = split(found.rest);
    commands.push({
      verb: found.verb,
      args: words.flatMap((word) => (word.key === undefined ? [word.value] : [])),
      values: words.flatMap((word) => (word.key === undefined ? [] : [[word.key, word.value] as const])),
      rest: found.rest,
      ordinal: commands.length,
      line,
      mention: found.mention,
      ...(unclosed ? { problem: 'unclosed-quote' as const } : {}),
    });
  }
  const lines = body.split(lineEnd);
  return commands.map((command, index) => {
    const below = lines.slice(command.line, (commands[index + 1]?.line ?? lines.length + 1) - 1);
    return { ...command, text: [command.rest, ...below].join('\n').trim() };
  });
}

/** Line ends as Markdown knows them. */
const lineEnd = /\r\n|\n|\r/;

function commandStart(line: string, bot: string): { verb: string; rest: string; mention: boolean } | undefined {
  const slash = /^ {0,3}\/troupe(?:[ \t]+(.*))?$/i.exec(line);
  if (slash !== null) return { ...verbOf(slash[1] ?? ''), mention: false };
  const mention = /^ {0,3}@([a-z\d-]+)(?:\[bot\])?[ \t]+(.*)$/i.exec(line);
  if (mention === null || mention[1]?.toLowerCase() !== bot) return undefined;
  return { ...verbOf(mention[2] ?? ''), mention: true };
}

function verbOf(text: string): { verb: string; rest: string } {
  const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/.exec(text.trim()) ?? [];
  return { verb: verb === '' ? 'help' : verb.toLowerCase(), rest };
}

/** Lines that are ordinary text of a comment: not fenced, indented, quoted, hidden or preformatted. */
function plainLines(body: string): { text: string; line: number }[] {
  const plain: { text: string; line: number }[] = [];
  let fence: string | undefined;
  let hiddenUntil: RegExp | undefined;
  let inQuote = false;
  for (const [index, raw] of body.split(lineEnd).entries()) {
    let text = raw;
    if (hiddenUntil !== undefined) {
      const end = hiddenUntil.exec(text);
      if (end === null) continue;
      hiddenUntil = undefined;
      // what follows the end of a hidden part is not the start of a line
      text = `.${text.slice(end.index + end[0].length)}`;
    }
    if (fence !== undefined) {
      if (closesFence(text, fence)) fence = undefined;
      continue;
    }
    const opened = /^ {0,3}(`{3,}(?!.*`)|~{3,})/.exec(text)?.[1];
    if (opened !== undefined) {
      fence = opened;
      inQuote = false;
      continue;
    }
    if (/^ {0,3}>/.test(text)) {
      inQuote = true;
      continue;
    }
    if (text.trim() === '') {
      inQuote = false;
      continue;
    }
    const hidden = openedHiddenPart(text);
    if (hidden !== undefined) hiddenUntil = hidden;
    // Markdown draws a line right below a quote into the quote; four columns of indentation are code
    if (inQuote || /^( {4}| {0,3}\t)/.test(text)) continue;
    plain.push({ text, line: index + 1 });
  }
  return plain;
}

function closesFence(text: string, fence: string): boolean {
  const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(text)?.[1];
  return closing !== undefined && closing[0] === fence[0] && closing.length >= fence.length;
}

/** The end to wait for when the line opens a comment or preformatted part and does not close it. */
function openedHiddenPart(text: string): RegExp | undefined {
  let rest = text;
  for (;;) {
    const open = /<!--|<(pre|code|script|style|textarea|samp|kbd)\b/i.exec(rest);
    if (open === null) return undefined;
    const end = open[1] === undefined ? /-->/ : new RegExp(`</${open[1]}\\s*>`, 'i');
    rest = rest.slice(open.index + open[0].length);
    const close = end.exec(rest);
    if (close === null) return end;
    rest = rest.slice(close.index + close[0].length);
  }
}

interface Word {
  readonly key?: string;
  readonly value: string;
}

const closingQuote: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’' };

function split(text: string): { words: Word[]; unclosed: boolean } {
  const words: Word[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const key = /^([A-Za-z_][\w-]*)=/.exec(rest)?.[1];
    if (key !== undefined) rest = rest.slice(key.length + 1);
    const taken = takeValue(rest);
    if (taken === undefined) return { words, unclosed: true };
    words.push(key === undefined ? { value: taken.value } : { key, value: taken.value });
    rest = taken.rest.trimStart();
  }
  return { words, unclosed: false };
}

function takeValue(text: string): { value: string; rest: string } | undefined {
  const close = closingQuote[text[0] ?? ''];
  if (close === undefined) {
    const value = /^\S*/.exec(text)?.[0] ?? '';
    return { value, rest: text.slice(value.length) };
  }
  let value = '';
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index] ?? '';
    if (character === '\\' && close === '"' && (text[index + 1] === '"' || text[index + 1] === '\\')) {
      value += text[index + 1];
      index += 1;
    } else if (character === close) {
      return { value, rest: text.slice(index + 1) };
    } else {
      value += character;
    }
  }
  return undefined;
}
