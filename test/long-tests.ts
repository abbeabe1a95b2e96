// Which tests are of `npm run test:long`: whole tables, the built Action, and stories that take longer than a first look may take.
/** Patterns of files. `npm test` runs all the others. */
export const longTests: readonly string[] = [
  'test/long/**/*.test.ts',
  'test/action/{events,refusals,waiting}.test.ts',
  'test/faults/{beside-a-serve,control,missed-deliveries,recovery}.test.ts',
  'test/stories/{approvals,assisted,cli-init,cli-interrupted,cli-json,cli-records,cli-run-options,cli-terminal,controls-cli,controls-linked-runs,demo,failing-checks,life-cycle,verdicts-and-trees,waiting-line,without-an-issue}.test.ts',
  'src/git/hostile-names.test.ts',
  'src/steps/persona-question.test.ts',
];
