// The post step of the Action: becomes dist/action/post.js. Ends what a job that was cancelled or killed left open.
import { hasFinished, takeEnvironment } from './environment.ts';

// nearly always there is nothing to do, and nothing to load
if (!hasFinished()) {
  const variables = takeEnvironment();
  // timers of ours keep no process alive
  setInterval(() => {}, 60_000);
  const { runPost } = await import('./run-post.ts');
  process.exitCode = await runPost(variables);
}
process.exit();
