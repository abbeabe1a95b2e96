// Who is asked in a persona step and with what: persona, profile, provider, model, deadline. Pure but for the provider look-up.
import { asksPersona } from '../definition/index.ts';
import type { PersonaStep } from '../definition/index.ts';
import type { StepContext } from '../engine/index.ts';
import { deriveStrategy, personaOf } from '../personas/index.ts';
import type { Persona, Provider, Strategy } from '../personas/index.ts';
import type { JsonObject } from '../support/index.ts';
import { TroupeError, defined } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { Asked } from './health/who-is-asked.ts';
import type { StepServices } from './common/types.ts';

/** Everything that is settled before anybody is asked. */
export interface PersonaChoice {
  readonly step: PersonaStep;
  readonly persona: Persona;
  readonly append?: string;
  readonly model?: string;
  readonly provider: Provider;
  /** Why it is not the first provider of the list. */
  readonly instead?: string;
  readonly strategy: Strategy;
  readonly expect: Persona['expect'];
  readonly outputSchemas: readonly JsonObject[];
  readonly timeoutMs: number;
  /** Its changes become commits. */
  readonly mayEdit: boolean;
  readonly mayExecute: boolean;
}

const defaultTimeoutMs = 60 * 60 * 1_000;

/** The choice for a step. Throws class `config` when the step names something that is not there. */
export function choosePersona(context: StepContext, services: StepServices, asked: Asked): PersonaChoice {
  const step = personaStep(context);
  const persona = personaOf(context.spec.personas, step.persona);
  if (persona === undefined) {
    throw configError(
      'persona/unknown',
      personaStepMessages.unknownPersona(step.persona),
      personaStepMessages.unknownPersonaHint(),
    );
  }
  const profile = profileOf(persona, step.profile);
  const provider = providerOf(asked.name, services);
  const model = step.model ?? profile.model ?? persona.model;
  return {
    step,
    persona,
    ...defined({ append: profile.append, model, instead: asked.instead }),
    provider,
    strategy: deriveStrategy(persona.strategy, provider),
    expect: step.expect.length > 0 ? step.expect : persona.expect,
    outputSchemas: [persona.outputs, step.outputSchema].filter((schema) => schema !== undefined),
    timeoutMs: timeoutOf(context, step) ?? persona.timeoutMs ?? provider.timeoutMs ?? defaultTimeoutMs,
    mayEdit: persona.tools.includes('edit'),
    mayExecute: persona.tools.includes('execute'),
  };
}

/** The step, which asks a persona. */
export function personaStep({ step }: StepContext): PersonaStep {
  if (asksPersona(step)) return step;
  throw configError('step/type', personaStepMessages.unknownType(step.type));
}

function profileOf(persona: Persona, name: string | undefined): Persona['profiles'][string] {
  if (name === undefined) return {};
  const profile = Object.hasOwn(persona.profiles, name) ? persona.profiles[name] : undefined;
  if (profile !== undefined) return profile;
  throw configError(
    'persona/profile',
    personaStepMessages.unknownProfile(name, persona.id, Object.keys(persona.profiles)),
  );
}

function providerOf(name: string, services: StepServices): Provider {
  const provider = services.provider(name);
  if (provider !== undefined) return provider;
  throw configError(
    'persona/provider',
    personaStepMessages.unknownProvider(name),
    personaStepMessages.unknownProviderHint(services.providerNames),
  );
}

/** What the step began with; a step that a test begins by hand has what its definition says. */
function timeoutOf({ state, path }: StepContext, step: PersonaStep): number | undefined {
  return state.steps.get(path)?.timeoutMs ?? (typeof step.timeout === 'number' ? step.timeout : undefined);
}

function configError(code: string, message: string, hint?: string): TroupeError {
  return new TroupeError(code, message, { class: 'config', ...defined({ hint }) });
}
