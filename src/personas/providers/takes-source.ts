// Whether a provider that works elsewhere gets the code, and what keeps it from that. Pure.
import { sourceMessages as say } from '../model/messages.ts';
import type { Persona, ProviderConfig, ProviderProblem, ProviderServices } from '../model/types.ts';

/** An entry with the key. */
type Entry = Pick<ProviderConfig, 'name'> & { readonly options: { readonly source?: 'bundle' | 'none' } };

/** Others can only fetch it from a public address. */
export function takesSource(
  { options: { source } }: Entry,
  { publicUrl }: Pick<ProviderServices, 'publicUrl'>,
): boolean {
  return source !== 'none' && publicUrl !== undefined;
}

/** Who asks for it by name is not left without it in silence, nor is a persona that is to change it. */
export function sourceProblems(
  config: Entry,
  persona: Pick<Persona, 'id' | 'tools'>,
  services: Pick<ProviderServices, 'publicUrl'>,
): readonly ProviderProblem[] {
  const { name } = config;
  if (takesSource(config, services)) return [];
  if (config.options.source === 'bundle')
    return [{ severity: 'error', message: say.noAddress(name), hint: say.noAddressHint() }];
  if (!persona.tools.includes('edit')) return [];
  return [{ severity: 'warning', message: say.handless(name, persona.id), hint: say.handlessHint() }];
}
