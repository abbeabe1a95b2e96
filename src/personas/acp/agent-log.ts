// What an agent said and did in one request: for its result, for people who watch, for the record. Bounded, whatever it writes.
import { fit, defined } from '../../support/index.ts';
import type { Clock, Redactor } from '../../support/index.ts';
import type { AnsweredQuestion } from '../permissions/permission.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import { maxResultBytes } from '../result/parse-result.ts';
import type { AgentEvent, ToolCall } from './conversation.ts';
import { acpMessages as say } from './messages.ts';
import { toldEvents } from './told-events.ts';

/** The log of one request. */
export interface AgentLog {
  onEvent(event: AgentEvent): void;
  onAnswer(answered: AnsweredQuestion): void;
  /** A line of ours. */
  note(text: string): void;
  /** From here on another turn, asked for by this text: what was said before is no answer to it. */
  newTurn(text: string): void;
  /** Nothing more comes. */
  end(): void;
  /** What was said in this turn, its end where it is long. */
  text(): string;
  /** No tool was used in this turn. */
  isIdle(): boolean;
  /** What the session has cost so far, where the agent tells it. */
  cost(): { readonly costUsd?: string };
  /** All of it, its beginning and its end, redacted. */
  record(redactor: Redactor): string;
}

const recordBytes = 256 * 1024;
/** Beyond what is shown of either end: what is cut is redacted before. */
const edge = 32 * 1024;
const longestLine = 32 * 1024;
/** More refusals of one request are in the record only. */
const mostRefusals = 20;

/** Who hears what an agent does. */
export interface Hearers {
  readonly clock: Clock;
  /** Is given sentences for people, and may drop some. */
  tell(text: string): void;
  /** Drops none. */
  insist(text: string): void;
  /** Keeps everything, entry by entry. */
  keep(entry: TranscriptEntry): void;
}

/** A new log. */
export function createAgentLog({ clock, tell, insist, keep }: Hearers): AgentLog {
  const shown = new Map<string, string>();
  const record = createRecord();
  const transcript = toldEvents(clock, keep);
  const words = createWords(tell);
  let tools = 0;
  let refusals = 0;
  let costUsd: string | undefined;
  function hear(text: string): void {
    words.add(text);
    record.add(text);
  }
  function use(call: ToolCall): void {
    const sentence = say.does(call);
    if (!shown.has(call.id)) tools += 1;
    if (shown.get(call.id) === sentence && call.state !== 'failed') return;
    shown.set(call.id, sentence);
    record.line(`> ${sentence}${call.state === 'failed' ? ' (failed)' : ''}`);
    tell(sentence);
  }
  return {
    onEvent(event) {
      transcript.onEvent(event);
      if (event.kind === 'said') {
        if (event.isThought !== true) hear(event.text);
      } else if (event.kind === 'tool') use(event.call);
      else costUsd = event.costUsd;
    },
    onAnswer(answered) {
      transcript.onAnswer(answered);
      const sentence = say.asked(answered);
      record.line(`? ${sentence}`);
      if (answered.answer === 'allow_once') return;
      refusals += 1;
      if (refusals <= mostRefusals) insist(sentence);
    },
    note(text) {
      transcript.tell({ kind: 'note', text });
      record.line(`# ${text}`);
      insist(text);
    },
    newTurn(text) {
      transcript.tell({ kind: 'message', from: 'troupe', text });
      words.forget();
      tools = 0;
    },
    end: () => transcript.end(),
    text: () => words.text(),
    isIdle: () => tools === 0,
    cost: () => defined({ costUsd }),
    record: (redactor) => record.text(redactor),
  };
}

/** What was said in a turn, its end where it is long; told line by line. */
function createWords(tell: (text: string) => void) {
  let said = '';
  let line = '';
  return {
    add(text: string): void {
      said = `${said}${text}`;
      // not at every piece: each time copies all of it
      if (said.length > 2 * maxResultBytes) said = said.slice(-maxResultBytes);
      const begun = `${line}${text}`;
      const end = begun.lastIndexOf('\n');
      if (end >= 0) tell(begun.slice(0, end));
      // what is shown of a line is its beginning
      line = begun.slice(end + 1, end + 1 + longestLine);
    },
    forget(): void {
      said = '';
    },
    text: () => said.slice(-maxResultBytes),
  };
}

/** Keeps the beginning and the end of a text. */
function createRecord() {
  let head = '';
  let tail = '';
  function add(text: string): void {
    const room = recordBytes / 2 + edge - head.length;
    head += text.slice(0, Math.max(0, room));
    tail += text.slice(Math.max(0, room));
    if (tail.length > recordBytes) tail = tail.slice(-(recordBytes / 2 + edge));
  }
  return {
    add,
    line(text: string): void {
      const end = tail === '' ? head : tail;
      add(`${end === '' || end.endsWith('\n') ? '' : '\n'}${text}\n`);
    },
    text: (redactor: Redactor) =>
      tail.length < recordBytes / 2
        ? fit(redactor.text(`${head}${tail}`), recordBytes)
        : fit(`${redactor.head(head, recordBytes / 2)}\n…\n${redactor.tail(tail, recordBytes / 2)}`, recordBytes),
  };
}
