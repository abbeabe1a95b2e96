import { defineConfig } from 'vitest/config';
import { longestFirst } from './test/longest-first.ts';
import { longTests } from './test/long-tests.ts';

export default defineConfig({
  // what is inlined below names source maps that its package does not hold
  logLevel: 'error',
  test: {
    // the built Action and what takes long belong to `npm run test:long`
    exclude: [...longTests, 'node_modules/**'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: longestFirst('faults/crash-matrix.test.ts') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // its JSON imports lack the attribute that Node wants
    server: { deps: { inline: ['@actions/workflow-parser', '@actions/languageservice'] } },
    projects: [
      // these keep nothing between files that another one could see: one process for many saves a sixth of the time
      { extends: true, test: { name: 'units', include: ['src/**/*.test.ts'], isolate: false } },
      { extends: true, test: { name: 'stories', include: ['test/**/*.test.ts'] } },
    ],
  },
});
