// Names what a text file must not hold for what it is: bytes that are no UTF-8, UTF-16, control characters, odd spaces. Pure.
import { undecodedByte } from '../support/index.ts';

/** What is wrong with a character, and where it is in the text. */
export interface CharacterProblem {
  readonly at: number;
  readonly code: 'syntax/encoding' | 'syntax/character';
  readonly message: string;
  readonly hint: string;
  /** Nothing else of the file can be read. */
  readonly hopeless?: boolean;
}

/** More of one file than these help nobody. */
const mostTold = 10;
const saveAsUtf8 = 'Save the file as UTF-8.';

/** Everything in the text that no YAML file may hold, in order. */
export function characterProblems(text: string): readonly CharacterProblem[] {
  const other = otherEncoding(text);
  if (other !== undefined) return [other];
  const found: CharacterProblem[] = [];
  for (let at = 0; at < text.length && found.length < mostTold; at += 1) {
    const problem = problemAt(text, at);
    if (problem !== undefined) found.push(problem);
  }
  return found;
}

/** Line ends as YAML counts them: a lone carriage return is one. Every character keeps its place. */
export function withPlainLineEnds(text: string): string {
  return text.replaceAll(/\r(?!\n)/g, '\n');
}

function otherEncoding(text: string): CharacterProblem | undefined {
  const [first, second, third, fourth] = [0, 1, 2, 3].map((at) => undecodedByte(text, at) ?? text.charCodeAt(at));
  const isLittle = first === 0xff && second === 0xfe;
  const isBig = first === 0xfe && second === 0xff;
  const isWide = (isLittle && third === 0 && fourth === 0) || (first === 0 && second === 0 && third === 0xfe);
  const name = isWide ? 'UTF-32' : isLittle || isBig || isEveryOtherNul(text) ? 'UTF-16' : undefined;
  if (name === undefined) return undefined;
  return {
    at: 0,
    code: 'syntax/encoding',
    message: `The file is ${name}, and it is read as UTF-8`,
    hint: saveAsUtf8,
    hopeless: true,
  };
}

/** UTF-16 without its mark: in a text of mostly ASCII every other byte is NUL. */
function isEveryOtherNul(text: string): boolean {
  const start = text.slice(0, 64);
  const nuls = start.split('\0').length - 1;
  return start.length >= 4 && nuls >= Math.floor(start.length / 2) - 1 && /^(?:[^\0]\0|\0[^\0])/.test(start);
}

function problemAt(text: string, at: number): CharacterProblem | undefined {
  const code = text.charCodeAt(at);
  if (code >= 0x20 && code < 0x7f) return undefined;
  if (code === 0x0a || code === 0x0d || code === 0x09) return undefined;
  const byte = undecodedByte(text, at);
  if (byte !== undefined) {
    const run = undecodedByte(text, at - 1) !== undefined;
    return run ? undefined : { at, code: 'syntax/encoding', message: byteMessage(byte), hint: saveAsUtf8 };
  }
  if (code < 0x20 || (code >= 0x7f && code < 0xa0 && code !== 0x85))
    return {
      at,
      code: 'syntax/character',
      message: `The control character ${codePoint(code)}${code === 0 ? ' (NUL)' : ''} cannot stand in a file`,
      hint: 'Take it away.',
    };
  if (code === 0xfeff)
    return {
      at,
      code: 'syntax/character',
      message: `A byte order mark (${codePoint(code)}) stands in the middle of the file`,
      hint: 'Take it away: it is invisible, and most editors remove it when they save as UTF-8 without a mark.',
    };
  const space = oddSpaces[code];
  if (space === undefined || !isIndentation(text, at)) return undefined;
  return {
    at,
    code: 'syntax/character',
    message: `The line is indented with ${space} (${codePoint(code)}), not with a space`,
    hint: 'Indent with plain spaces.',
  };
}

const oddSpaces: Readonly<Record<number, string>> = {
  0xa0: 'a no-break space',
  0x2003: 'an em space',
  0x2009: 'a thin space',
  0x200b: 'a zero-width space',
  0x202f: 'a narrow no-break space',
  0x3000: 'an ideographic space',
};

/** Nobody indents further. Looking back no further keeps a long line from being read again for each of its characters. */
const widestIndentation = 200;

function isIndentation(text: string, at: number): boolean {
  const near = text.slice(Math.max(0, at - widestIndentation), at);
  const lineEnd = near.lastIndexOf('\n');
  const isWhole = lineEnd !== -1 || near.length === at;
  return isWhole && near.slice(lineEnd + 1).trim() === '';
}

function byteMessage(byte: number): string {
  const hex = `0x${byte.toString(16).toUpperCase()}`;
  const latin = byte >= 0xa0 ? ` (in Latin-1 it is \`${String.fromCharCode(byte)}\`)` : '';
  return `The byte ${hex} is not UTF-8${latin}`;
}

function codePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
