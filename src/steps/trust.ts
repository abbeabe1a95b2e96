// Whose commands may run next to Troupe's own secrets, where no sandbox keeps them away from these.
import type { RunSpec, StepContext } from '../engine/index.ts';
import type { Sandbox } from '../personas/index.ts';
import { TroupeError } from '../support/index.ts';
import { commandMessages, personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import type { StepServices } from './common/types.ts';

const codes = { setup: 'setup/untrusted', verify: 'verify/untrusted' } as const;

/** Where commands that a repository declares are to run. */
export interface DeclaredCommands {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly sandbox: Sandbox;
}

/** Decision 26: such commands need a boundary or the operator's trust. Throws `setup/untrusted` or `verify/untrusted`. */
export function requireTrust(what: keyof typeof codes, { context, services, sandbox }: DeclaredCommands): void {
  if (sandbox.isBoundary || services.sandboxOff === true || isTrusted(context.spec)) return;
  throw new TroupeError(codes[what], commandMessages.untrusted(what), {
    class: 'config',
    hint: commandMessages.untrustedHint(),
  });
}

/** What is about to be done for whoever wrote the task. */
export interface OutsidersWork {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
  /** `verify` commands follow the persona. */
  readonly verifies: boolean;
}

/** Decision 43: who may not push may not have code run for him next to Troupe's secrets. */
export function refuseOutsider({ context, services, choice, verifies }: OutsidersWork): void {
  const { persona, mayEdit, mayExecute } = choice;
  if (!context.spec.requester.outsider || !(mayEdit || mayExecute || verifies)) return;
  if (services.sandboxOff === true || services.sandbox(persona.sandbox).isBoundary) return;
  throw new TroupeError('persona/outsider', personaStepMessages.outsider(persona.id), {
    class: 'config',
    hint: personaStepMessages.outsiderHint(),
  });
}

/** Runs of before the setting say it of `setup` alone; at a desk and in a job the code always was its user's own. */
function isTrusted({ settings, host }: RunSpec): boolean {
  return settings.trusted ?? (host !== 'bot' || settings.setup?.trusted === true);
}
