// Which provider of a list a step asks: the first that is not out, and why not the one before it. Asks nobody.
import { personaOf, providerNamesOf } from '../../personas/index.ts';
import type { Persona, Provider } from '../../personas/index.ts';
import type { PersonaStep } from '../../definition/index.ts';
import type { RunSettings, StepContext } from '../../engine/index.ts';
import { isObject, TroupeError } from '../../support/index.ts';
import type { Clock, Json } from '../../support/index.ts';
import type { ProviderGate } from './provider-gate.ts';
import { healthMessages, outWords } from './provider-words.ts';

/** Who is asked. */
export interface Asked {
  readonly name: string;
  /** Why it is not the first of the list, for people. */
  readonly instead?: string;
}

/** What the choice is made from. */
export interface Candidates {
  readonly names: readonly string[];
  readonly persona: Persona | undefined;
  readonly services: { readonly clock: Clock; provider(name: string): Provider | undefined };
  readonly gate: ProviderGate;
}

/** The providers that a step may ask, the first one first. */
export function namesFor(context: StepContext, step: PersonaStep): Pick<Candidates, 'names' | 'persona'> {
  const persona = personaOf(context.spec.personas, step.persona);
  return { persona, names: providerNamesOf(step, persona, usualNames(context.spec.settings)) };
}

/** The provider that was asked before, or has answered already: whoever goes on goes on with it. */
export function namedBefore(
  resumed: Json | undefined,
): { readonly name: string; readonly isBound: boolean } | undefined {
  if (!isObject(resumed)) return undefined;
  const { phase, ticket, provider } = resumed;
  if (phase === 'answered' && typeof provider === 'string') return { name: provider, isBound: true };
  if (phase === 'handed-in' && isObject(ticket) && typeof ticket['provider'] === 'string')
    return { name: ticket['provider'], isBound: true };
  if (phase !== 'asked' || !isObject(ticket) || typeof ticket['provider'] !== 'string') return undefined;
  return { name: ticket['provider'], isBound: ticket['strategy'] !== 'immediate' };
}

/** The first that can be asked. Where all are out: the one that is waited for least, else the first, which says what is wrong. */
export async function whoIsAsked(candidates: Candidates, resumed: Json | undefined): Promise<Asked> {
  const { names } = candidates;
  const [first = ''] = names;
  const before = namedBefore(resumed);
  if (before?.isBound === true && names.includes(before.name)) return { name: before.name };
  if (names.length === 1) return { name: first };
  const looked = await Promise.all(names.map((name) => lookAt(candidates, name)));
  const usable = looked.filter(({ why }) => why === undefined);
  const sticky = usable.find(({ name }) => name === before?.name);
  const [chosen] = sticky === undefined ? usable : [sticky];
  if (chosen === undefined) return { name: soonest(looked) ?? first };
  if (chosen.name === first) return { name: first };
  const why = looked[0]?.why ?? healthMessages.asBefore;
  return { name: chosen.name, instead: healthMessages.instead(chosen.name, first, why) };
}

/** Another one than this that can be asked right now. */
export async function otherThan(candidates: Candidates, name: string): Promise<string | undefined> {
  const others = candidates.names.filter((one) => one !== name);
  for (const other of others) if ((await lookAt(candidates, other)).why === undefined) return other;
  return undefined;
}

interface Looked {
  readonly name: string;
  /** Absent: it can be asked. */
  readonly why?: string;
  /** It is only waited for. */
  readonly until?: number;
}

async function lookAt({ services, gate, persona }: Candidates, name: string): Promise<Looked> {
  let provider: Provider | undefined;
  try {
    provider = services.provider(name);
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    return { name, why: error.message };
  }
  if (provider === undefined) return { name, why: healthMessages.unknown(name) };
  const problems = persona === undefined ? [] : await provider.check(persona);
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined) return { name, why: problem.message };
  const state = await gate.standing(provider.account ?? name);
  const why = outWords(name, state, services.clock.now());
  return why === undefined ? { name } : { name, why, until: state.closed?.until ?? 0 };
}

function soonest(looked: readonly Looked[]): string | undefined {
  const waited = looked.filter((one) => one.until !== undefined);
  return waited.toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0))[0]?.name;
}

/** The providers of those who name none. */
function usualNames({ defaultProvider, otherProviders = [] }: RunSettings): readonly string[] {
  return [defaultProvider, ...otherProviders];
}
