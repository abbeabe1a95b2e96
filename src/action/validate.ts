// The smaller Action that checks workflow and persona files: becomes dist/action/validate.js. Runs nothing and writes nothing.
import { takeEnvironment } from './environment.ts';

const variables = takeEnvironment();
const { runValidate } = await import('./run-validate.ts');

process.exitCode = await runValidate(variables);
