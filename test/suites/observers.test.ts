// Every observer of the host keeps the contract of observers.
import { logObserver } from '../../src/host/observers.ts';
import { watchStalls } from '../../src/host/stalls.ts';
import { createLateTwins, createReviewAnswers } from '../../src/host/index.ts';
import { silentLogger, systemClock } from '../../src/support/index.ts';
import { observerContract } from './observer-contract.ts';

function nobody(): never {
  throw new Error('nobody is asked for this run');
}

observerContract('stalls', () => {
  const watch = watchStalls(silentLogger);
  return { ...watch.observer, close: () => watch.stop() };
});
observerContract('log', () => logObserver(silentLogger));
observerContract('reviews', () =>
  createReviewAnswers({
    store: { journal: nobody as never }, // not looked at
    app: { repository: nobody },
    clock: systemClock,
    log: silentLogger,
  }),
);
observerContract('late twins', () =>
  createLateTwins({
    store: { journal: nobody as never }, // not looked at
    app: { repository: nobody },
    clock: systemClock,
    log: silentLogger,
  }),
);
