// What stands of an output without thoughts, colours of a terminal and other systems' line ends. Linear in its length, whatever stands in it.
import { parseJson } from '../../support/index.ts';

/** The text of an agent as it is searched for a result. */
export function plainOutput(text: string): string {
  // oxlint-disable-next-line no-control-regex -- ESC begins what colours a terminal
  const plain = text.replaceAll(/\u001B\[[0-9;]{0,40}[A-Za-z]/g, '').replaceAll('\r\n', '\n');
  return withoutThinking(plain);
}

/**
 * What a model thought aloud is not its answer. A thought that never ends hides all that follows; one whose start was cut off, all before
 * it. In a stream of JSON lines a thought belongs to the text inside its line.
 */
function withoutThinking(text: string): string {
  let answer = '';
  let from: number | undefined = 0;
  let line: JsonLine | undefined;
  for (const tag of text.matchAll(/<(\/?)(?:think|thinking|reasoning)\b[^<>]{0,200}>/gi)) {
    if (from !== undefined) {
      if (line === undefined || tag.index >= line.end) line = lineAt(text, tag.index);
      if (line.isJson) continue;
    }
    const isEnd = tag[1] === '/';
    if (!isEnd && from !== undefined) {
      answer += text.slice(from, tag.index);
      from = undefined;
    } else if (isEnd) {
      if (from !== undefined) answer = '';
      from = tag.index + tag[0].length;
    }
  }
  return from === undefined ? answer : answer + text.slice(from);
}

interface JsonLine {
  readonly end: number;
  readonly isJson: boolean;
}

function lineAt(text: string, index: number): JsonLine {
  const start = text.lastIndexOf('\n', index) + 1;
  const next = text.indexOf('\n', index);
  const end = next === -1 ? text.length : next;
  return { end, isJson: parseLine(text.slice(start, end)) !== undefined };
}

/** A line that is a JSON object or list as a whole. What cannot be one is not tried: a failure costs more than a look. */
export function parseLine(line: string): unknown {
  const text = line.trim();
  const isWhole = (text.startsWith('{') && text.endsWith('}')) || (text.startsWith('[') && text.endsWith(']'));
  if (!isWhole || text.length < 9) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
