import { defineConfig } from 'vitest/config';
import { longestFirst } from './test/longest-first.ts';
import { longTests } from './test/long-tests.ts';

export default defineConfig({
  test: {
    include: [...longTests],
    pool: 'forks',
    maxWorkers: 2,
    // two files are played at once, and the crash matrix takes as long as all the others
    sequence: {
      sequencer: longestFirst(
        'long/crash-matrix.test.ts',
        'long/soak.test.ts',
        'long/github-writes.test.ts',
        'long/event-orders.test.ts',
      ),
    },
    server: { deps: { inline: ['@actions/workflow-parser', '@actions/languageservice'] } },
    testTimeout: 45 * 60_000,
    hookTimeout: 120_000,
  },
});
