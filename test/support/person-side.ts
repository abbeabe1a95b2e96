// A person whom the transport `assisted` asks: reads the question on the issue and says `/troupe answer`. Outlives the process that asked.
import { controlRun } from '../../src/coordinator/index.ts';
import type { Provider, ProviderAnswer } from '../../src/personas/index.ts';
import { createAssistedProvider } from '../../src/personas/providers/assisted.ts';
import { systemClock } from '../../src/support/index.ts';
import type { Reach } from './crash-points.ts';
import { oneAfterTheOther } from './one-after-the-other.ts';
import type { OtherSide } from './other-sides.ts';

interface Asked {
  readonly run: string;
  readonly step: string;
  /** What they say when they are asked; undefined: they go on thinking. */
  words: string | undefined;
}

const login = 'ada';

/** A person. They take no money, and what they are told by a release they read on the issue. */
export function createPerson(): OtherSide {
  const asked = new Map<string, Asked>();

  const person: OtherSide = {
    costUsd: '0',
    login,
    waitsFor: 'answer',
    sends: [],
    released: [],
    looks: () => 0,
    manyLooks: 0,
    work: () => undefined,
    process: undefined,
    finish(requestId, body) {
      const one = asked.get(requestId);
      if (one === undefined) throw new Error(`nobody asked ${requestId}`);
      one.words = body;
      void person.settle();
    },
    client,
    callBack: () => Promise.reject(new Error('a person is no service')),
    settle: oneAfterTheOther(settle),
  };
  return person;

  /** They answer when they are asked, and again when they are asked again: the run refuses what it did not ask. */
  async function settle(): Promise<void> {
    for (const [id, one] of asked) {
      const { process } = person;
      const { run, step, words } = one;
      if (words === undefined || process === undefined) continue;
      const { journal } = process.store;
      try {
        const wish = { verb: 'answer', run, step, login, from: 'cli', text: words } as const;
        const { accepted } = await controlRun(wish, { journal, clock: systemClock });
        if (accepted) one.words = person.work(id);
      } catch {
        // the process ended meanwhile: they say it to the next one
      }
    }
  }

  function client(reach: Reach): Provider {
    const assisted = createAssistedProvider({ name: 'other', transport: 'assisted', env: [], options: {} });
    async function send(
      { requestId, stepId }: { readonly requestId: string; readonly stepId: string },
      ask: () => Promise<ProviderAnswer>,
    ): Promise<ProviderAnswer> {
      reach('before provider.send');
      person.sends.push(requestId);
      const run = requestId.slice(0, requestId.indexOf(`:${stepId}:`));
      if (!asked.has(requestId)) asked.set(requestId, { run, step: stepId, words: person.work(requestId) });
      const answer = await ask();
      reach('after provider.send');
      return answer;
    }
    return {
      ...assisted,
      start: (task, ticket, context) => send(task, () => assisted.start(task, ticket, context)),
      resume(task, request, context) {
        const resume = (): Promise<ProviderAnswer> => assisted.resume(task, request, context);
        return request.reply === undefined ? send(task, resume) : resume();
      },
      async release(ticket, where) {
        reach('before provider.release');
        await assisted.release(ticket, where);
        person.released.push(ticket.requestId);
        reach('after provider.release');
      },
    };
  }
}
