// Which tests are of `npm run test:long`: whole tables, the soak, and the jobs of the built Action. `npm test` runs all the others.
/** Patterns of files. */
export const longTests: readonly string[] = [
  'test/long/**/*.test.ts',
  // every test of these starts whole jobs of the bundle, seconds each
  'test/action/{events,refusals,vanished,waiting}.test.ts',
  // five runs that wait for their limit, in processes of their own
  'test/stories/out-of-time.test.ts',
  // whole project-loops, every request of which is counted
  'test/stories/requests.test.ts',
  // a death before every write of a conversation
  'src/steps/persona-question.test.ts',
];
