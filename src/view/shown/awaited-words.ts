// What people read of a request that is answered later: who was asked, since when, how the answer comes, until when. Pure text.
import type { AwaitedAnswer, StepState } from '../../engine/index.ts';
import { isoTime, quoteLine } from '../../support/index.ts';
import { stepSentences } from './messages.ts';

/** The words; empty where the step waits for nobody's answer. The next look is no part of them: it changes while nothing happens. */
export function awaitedWords(awaits: AwaitedAnswer | undefined, waitsFor: StepState['waitingFor']): string {
  if (awaits === undefined) return '';
  const { provider, strategy, since, looksFrom, deadline, attempt } = awaits;
  const from = since ?? looksFrom ?? deadline ?? 0;
  const time = (at: number | undefined): string | undefined => (at === undefined ? undefined : momentText(at, from));
  const how = waitsFor?.for === 'answer' ? 'people' : strategy;
  const { arrives } = stepSentences;
  const words =
    how === 'poll'
      ? arrives.poll(looksFrom === undefined || looksFrom <= from ? undefined : time(looksFrom))
      : how === 'people'
        ? arrives.people()
        : how === 'stream'
          ? arrives.stream()
          : arrives.callback();
  return stepSentences.awaits({
    who: quoteLine(provider, 60),
    since: time(since),
    how: words,
    until: deadline === null ? undefined : time(deadline),
    attempt,
  });
}

/** `12:04 UTC`, with its day where that is another one. */
function momentText(at: number, from: number): string {
  const [day = '', time = ''] = isoTime(at).split('T');
  const [same = ''] = isoTime(from).split('T');
  return `${day === same ? '' : `${day} `}${time.slice(0, 5)} UTC`;
}
