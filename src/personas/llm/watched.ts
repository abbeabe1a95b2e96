// A model whose requests are counted, priced and told: for the account, for people who watch and for the transcript.
import { defined, oneLine } from '../../support/index.ts';
import type { TranscriptEntry } from '../model/transcript.ts';
import { llmMessages as say } from './messages.ts';
import type { ModelFailure } from './model-failure.ts';
import type { Model } from './model-turn.ts';
import type { Spent } from './spent.ts';
import type { Tries } from './tries.ts';

/** Who is told of requests. */
export interface Watcher {
  /** The model's name where the answer has none. */
  readonly name: string;
  readonly spent: Spent;
  tell(text: string): void;
  keep(entry: TranscriptEntry): void;
  /** Words of the other side, fit to be shown. */
  clean(text: string): string;
}

/** The model, watched. An abandoned request may have cost something that nobody tells. */
export function watched(model: Model, { name, spent, tell, keep }: Watcher): Model {
  let count = 0;
  return {
    async ask(turn, signal) {
      count += 1;
      tell(say.asks(name, count));
      const reply = await model.ask(turn, signal).catch((error: unknown) => {
        if (signal.aborted) spent.addUnknown();
        throw error;
      });
      const costUsd = spent.add(reply.tokens);
      const { input, output, cacheRead } = reply.tokens;
      keep({
        kind: 'model',
        model: oneLine(reply.model ?? name, 100),
        ...defined({ inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, costUsd }),
        status: 200,
      });
      return reply;
    },
  };
}

/** What is told of requests that came to nothing. */
export function failuresTold({ name, spent, tell, keep, clean }: Watcher): Omit<Tries, 'clock'> {
  return {
    onFailure({ facts }: ModelFailure) {
      if (facts.mayCost === true) spent.addUnknown();
      keep({ kind: 'model', model: name, status: facts.status });
      keep({ kind: 'note', text: clean(say.refused(facts.status, facts.said)) });
    },
    onAgain: ({ facts }, waitMs) => tell(say.waits(waitMs, clean(say.refused(facts.status, facts.said)))),
  };
}
