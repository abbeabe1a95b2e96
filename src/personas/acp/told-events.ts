// What an agent tells while it works → entries of the transcript: whole messages, and of each tool what is new. Cuts and redacts nothing.
import type { Clock } from '../../support/index.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import type { AnsweredQuestion } from '../permissions/permission.ts';
import { gatherText } from '../transcript/gather-text.ts';
import type { AgentEvent, ToolCall } from './conversation.ts';

/** The entries of one request. */
export interface ToldEvents {
  onEvent(event: AgentEvent): void;
  onAnswer(answered: AnsweredQuestion): void;
  /** An entry of ours, behind what was said before it. */
  tell(entry: TranscriptEntry): void;
  end(): void;
}

/** Tools that are remembered: of more, some are told twice. */
const mostTools = 5_000;

/** Hands entries on. */
export function toldEvents(clock: Clock, keep: (entry: TranscriptEntry) => void): ToldEvents {
  const said = gatherText(clock, (text) => keep({ kind: 'message', from: 'persona', text }));
  const thought = gatherText(clock, (text) => keep({ kind: 'message', from: 'persona', text, thought: true }));
  const told = new Map<string, string>();

  function end(): void {
    thought.end();
    said.end();
  }

  /** Many tell the same again and again while a program writes. */
  function use(call: ToolCall): void {
    const { id, title, state, paths, input } = call;
    const now = JSON.stringify([title, state, paths.length, input !== undefined]);
    if (told.get(id) === now) return;
    if (told.size >= mostTools) told.clear();
    told.set(id, now);
    end();
    keep(toolEntry(call));
  }

  return {
    onEvent(event) {
      if (event.kind === 'tool') return use(event.call);
      if (event.kind !== 'said') return;
      const [now, other] = event.isThought === true ? [thought, said] : [said, thought];
      other.end();
      now.add(event.text);
    },
    onAnswer({ question: { id, tool, title }, answer, reason }) {
      end();
      keep({ kind: 'permission', id, tool, title, answer: answer === 'allow_once' ? 'allowed' : 'refused', reason });
    },
    tell(entry) {
      end();
      keep(entry);
    },
    end,
  };
}

function toolEntry({ id, tool, title, paths, state, input, output }: ToolCall): TranscriptEntry {
  return {
    kind: 'tool',
    id,
    tool,
    title,
    ...(paths.length === 0 ? {} : { paths }),
    state,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined || state === 'open' ? {} : { output }),
  };
}
