// The environment of the job's step. Takes secrets out of this process for good: a child could read them from /proc/<pid>/environ, even after they were deleted.
import { canReplaceProcess, replaceProcess, takeHandedOver } from '../support/index.ts';

/** The environment as values. */
export type Variables = Readonly<Record<string, string | undefined>>;

const secretNames =
  /^(INPUT_GITHUB-TOKEN|ACTIONS_RUNTIME_TOKEN|ACTIONS_ID_TOKEN_REQUEST_TOKEN|ACTIONS_ID_TOKEN_REQUEST_URL|GITHUB_TOKEN|GH_TOKEN)$|(_|^)(API_KEY|TOKEN|SECRET|PASSWORD|PRIVATE_KEY|CREDENTIALS)$/;

/** The step's environment. Where it holds secrets, this process first replaces itself by one without them. Where it cannot, they stay. */
export function takeEnvironment(): Variables {
  const handedOver = takeHandedOver(process.env);
  if (handedOver !== undefined) {
    // `@actions/core` reads inputs and file commands here; the memory that /proc shows stays as it was at the start
    Object.assign(process.env, handedOver);
    return { ...process.env };
  }
  const variables = Object.entries(process.env).filter(([, value]) => value !== undefined);
  const secrets = Object.fromEntries(variables.filter(([name]) => secretNames.test(name)));
  if (Object.keys(secrets).length === 0 || !canReplaceProcess()) return { ...process.env };
  const kept = Object.fromEntries(variables.filter(([name]) => !secretNames.test(name)));
  return replaceProcess({ kept: { ...kept, NODE_NO_WARNINGS: '1' }, secrets });
}

/** Whether the main step came to its end: it then saved that for the post step. */
export function hasFinished(): boolean {
  return process.env['STATE_finished'] === 'true';
}

/** Calls back when the runner wants the job to end. Returns the way to stop listening. */
export function onEnd(listener: () => void): () => void {
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return () => {
    process.off('SIGINT', listener);
    process.off('SIGTERM', listener);
  };
}
