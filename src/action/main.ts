// The step of the Action: becomes dist/action/index.js. Takes the secrets out of the environment before anything else is loaded.
import { takeEnvironment } from './environment.ts';

const variables = takeEnvironment();
const { runStep } = await import('./run-step.ts');
// timers of ours keep no process alive: a run that only waits for one must not end the job
setInterval(() => {}, 60_000);
process.exitCode = await runStep(variables);
// a request that hangs must not keep the job open
process.exit();
