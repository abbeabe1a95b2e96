// Reads along while an answer passes: JSON, or events one after the other. Holds back and changes nothing; what is too long stays unread.
import type { ModelShape } from '../model/gateway.ts';
import { withPiece } from './answer-usage.ts';
import type { AnswerFacts } from './answer-usage.ts';
import { parseJson } from '../../support/index.ts';

/** A reader of one answer. */
export interface AnswerReader {
  take(chunk: Buffer): void;
  /** What the answer told. */
  end(): AnswerFacts;
}

/** More than any answer has, in one piece. */
const mostBytes = 32 * 1024 * 1024;

/** `mediaType`: of the answer. */
export function answerReader(shape: ModelShape, mediaType: string): AnswerReader {
  return /\btext\/event-stream\b/i.test(mediaType) ? eventReader(shape) : wholeReader(shape);
}

function wholeReader(shape: ModelShape): AnswerReader {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    take(chunk) {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
    },
    end() {
      if (bytes > mostBytes) return {};
      const value = parse(Buffer.concat(chunks).toString('utf8'));
      // Google's stream without events is one list of all pieces
      const pieces: readonly unknown[] = Array.isArray(value) ? value : [value];
      return pieces.reduce<AnswerFacts>((facts, piece) => withPiece(shape, facts, piece), {});
    },
  };
}

function eventReader(shape: ModelShape): AnswerReader {
  const decoder = new TextDecoder();
  let facts: AnswerFacts = {};
  let rest: string[] = [];
  let length = 0;
  function line(text: string): void {
    if (!text.startsWith('data:')) return;
    const piece = parse(text.slice('data:'.length));
    if (piece !== undefined) facts = withPiece(shape, facts, piece);
  }
  function add(text: string): void {
    const [first = '', ...more] = text.split(/\r?\n/);
    // the line goes on: it is put together once it is whole, and not at all where it is too long
    length += first.length;
    if (length <= mostBytes) rest.push(first);
    for (const next of more) {
      if (length <= mostBytes) line(rest.join(''));
      rest = [next];
      length = next.length;
    }
  }
  return {
    take: (chunk) => add(decoder.decode(chunk, { stream: true })),
    end() {
      add(`${decoder.decode()}\n`);
      return facts;
    },
  };
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
