// Step type `run`: commands in the sandbox, in a fresh worktree of the commit that the run stands on. Keeps nothing of what they change.
import type { Evidence, StepContext, StepOutcome } from '../engine/index.ts';
import { defined, isObject, toJson, TroupeError } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import { pausedOutcome } from './common/branch.ts';
import { commandMessages as messages } from './common/messages.ts';
import { findRunHead } from './common/run-head.ts';
import { createSetup } from './setup.ts';
import { sandboxFor } from './trust.ts';
import type { StepBody, StepServices } from './common/types.ts';
import { verify } from './verify.ts';

/** How long a command may take where the step does not say it. */
const usualTimeoutMs = 60 * 60_000;

/** What executes the kind. */
export function createRun(): StepBody {
  const setup = createSetup();
  return {
    type: 'run',
    async execute(context, services): Promise<StepOutcome> {
      const paused = await pausedOutcome(context, services);
      if (paused !== undefined) return paused;
      const workplace = await services.workplace(context);
      const sandbox = sandboxFor({ context, services }, undefined);
      refuseOutsiders(context, services, sandbox.isBoundary);
      const { head } = await findRunHead(context, workplace);
      const evidence = await verify({
        what: 'run',
        context,
        services,
        workplace,
        setup,
        commit: head,
        sandbox,
        timeoutMs: context.state.steps.get(context.path)?.timeoutMs ?? usualTimeoutMs,
        ...given(context),
      });
      await keepOutput(context, services, evidence);
      return outcomeOf(context, evidence);
    },
  };
}

/** Decision 43: code that was made for who may not push is not run next to Troupe's secrets, whoever trusts the repository. */
function refuseOutsiders({ spec }: StepContext, { sandboxOff }: StepServices, isBoundary: boolean): void {
  if (!spec.requester.outsider || isBoundary || sandboxOff === true) return;
  throw new TroupeError('run/untrusted', messages.outsidersCommands(), {
    class: 'config',
    hint: messages.untrustedHint(),
  });
}

function outcomeOf({ step }: StepContext, evidence: readonly Evidence[]): StepOutcome {
  const last = evidence.at(-1);
  if (last === undefined) return { kind: 'succeeded', result: { outputs: {} } };
  const { command, exitCode, output = '', tests } = last;
  if (exitCode !== 0) {
    const message = messages.commandFailed(command.join(' '), exitCode, output.slice(-1_000));
    return {
      kind: 'failed',
      error: { class: 'failed', code: 'run/failed', message, hint: messages.commandFailedHint(step.name) },
    };
  }
  return {
    kind: 'succeeded',
    result: {
      outputs: { exitCode, output, ...defined({ tests: tests === undefined ? undefined : toJson(tests) }) },
      summary: messages.commandsRan(evidence.map((one) => one.command.join(' '))),
      evidence,
    },
  };
}

async function keepOutput(context: StepContext, services: StepServices, evidence: readonly Evidence[]): Promise<void> {
  const said = evidence.map(({ command, output = '' }) => `$ ${command.join(' ')}\n${output}`);
  await services.keepArtifact(context, {
    name: `${context.path}.${context.attempt}.run.txt`,
    mediaType: 'text/plain',
    content: services.redactor.text(said.join('\n')),
  });
}

/** As the schema of the kind has it. */
function given({ input }: StepContext): { commands: readonly (readonly string[])[]; env: Record<string, string> } {
  const config = isObject(input['config']) ? input['config'] : {};
  const commands = [config['commands'] as Json].flat() as string[][]; // the schema of the kind has passed it
  const env = isObject(config['env']) ? config['env'] : {};
  return { commands, env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, textOf(value)])) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
