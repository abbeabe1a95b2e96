// Whose commands may run next to Troupe's own secrets, where no sandbox keeps them away from these.
import type { RunSpec, StepContext } from '../engine/index.ts';
import type { Persona, Sandbox } from '../personas/index.ts';
import { TroupeError } from '../support/index.ts';
import { commandMessages, personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import type { StepServices } from './common/types.ts';

const codes = { setup: 'setup/untrusted', verify: 'verify/untrusted', run: 'run/untrusted' } as const;

/** Whom a run is for, and what its settings say. */
export type Whose = Pick<RunSpec, 'requester' | 'settings' | 'host'>;
/** The walls of this machine, and whom they are for. */
export type Walls = Pick<StepServices, 'sandbox' | 'sandboxOff' | 'outsidersTier'>;

/** Where commands that a repository declares are to run. */
export interface DeclaredCommands {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly sandbox: Sandbox;
}

/** Decision 26: such commands need a boundary or the operator's trust. Throws `setup/untrusted`, `verify/untrusted` or `run/untrusted`. */
export function requireTrust(what: keyof typeof codes, { context, services, sandbox }: DeclaredCommands): void {
  const problem = untrusted(what, { spec: context.spec, services, sandbox });
  if (problem !== undefined) throw problem;
}

/** Why such commands may not run here; undefined: they may. Decides only. */
export function untrusted(
  what: keyof typeof codes,
  { spec, services, sandbox }: { readonly spec: Whose; readonly services: Walls; readonly sandbox: Sandbox },
): TroupeError | undefined {
  if (sandbox.isBoundary || services.sandboxOff === true || isTrusted(spec)) return undefined;
  return new TroupeError(codes[what], commandMessages.untrusted(what), {
    class: 'config',
    hint: commandMessages.untrustedHint(),
  });
}

/** Where a step's persona, its `setup` and its `verify` run. The operator may want more walls for what people wrote who may not push. */
export function sandboxFor(
  { context, services }: { readonly context: { readonly spec: Whose }; readonly services: Walls },
  wanted: Persona['sandbox'],
): Sandbox {
  const isOutsiders = services.outsidersTier !== undefined && context.spec.requester.outsider;
  return services.sandbox(isOutsiders ? services.outsidersTier : wanted);
}

/** Where a commit is verified that a persona made: code of hers has no more of the network than she has. */
export function verifySandbox(
  work: { readonly context: { readonly spec: Whose }; readonly services: Walls },
  { sandbox }: Persona,
): Sandbox {
  return sandboxFor(work, sandbox === 'gateway' ? sandbox : undefined);
}

/** What is about to be done for whoever wrote the task. */
export interface OutsidersWork {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
  /** `verify` commands follow the persona. */
  readonly verifies: boolean;
}

/** Decision 43: who may not push may not have code run for him next to Troupe's secrets, nor have somebody's own log-in handed to what reads his words. */
export function refuseOutsider({ context, services, choice, verifies }: OutsidersWork): void {
  const { persona, mayEdit, mayExecute, provider } = choice;
  const isPersonal = provider.isPersonal?.() === true;
  const isRisky = mayEdit || mayExecute || verifies;
  const problem = outsiderProblem({ spec: context.spec, services, persona, isRisky, isPersonal });
  if (problem !== undefined) throw problem;
}

/** A persona that is about to be asked, and what it could do. */
export interface AboutToBeAsked {
  readonly spec: Whose;
  readonly services: Walls;
  readonly persona: Persona;
  /** It can change files or have commands run, or commands follow it. */
  readonly isRisky: boolean;
  /** Somebody's own log-in would be handed over. */
  readonly isPersonal: boolean;
}

/** Why the persona may not be asked for whoever wrote the task; undefined: it may. Decides only. */
export function outsiderProblem(asked: AboutToBeAsked): TroupeError | undefined {
  const { spec, services, persona, isRisky, isPersonal } = asked;
  if (!spec.requester.outsider || !(isRisky || isPersonal)) return undefined;
  if (services.sandboxOff === true || sandboxFor({ context: { spec }, services }, persona.sandbox).isBoundary)
    return undefined;
  const why = isRisky ? personaStepMessages.outsider(persona.id) : personaStepMessages.outsiderLogIn(persona.id);
  return new TroupeError('persona/outsider', why, { class: 'config', hint: personaStepMessages.outsiderHint() });
}

/** Runs of before the setting say it of `setup` alone; at a desk and in a job the code always was its user's own. */
function isTrusted({ settings, host }: Whose): boolean {
  return settings.trusted ?? (host !== 'bot' || settings.setup?.trusted === true);
}
