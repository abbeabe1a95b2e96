// Whether a provider that works elsewhere gets the code, and what keeps it from that. Pure.
import { sourceMessages as say } from '../model/messages.ts';
import type { ProviderConfig, ProviderProblem, ProviderServices } from '../model/types.ts';

/** An entry with the key. */
type Entry = Pick<ProviderConfig, 'name'> & { readonly options: { readonly source?: 'bundle' | 'none' } };

/** Others can only fetch it from a public address. */
export function takesSource(
  { options: { source } }: Entry,
  { publicUrl }: Pick<ProviderServices, 'publicUrl'>,
): boolean {
  return source !== 'none' && publicUrl !== undefined;
}

/** Who asks for it by name is not left without it in silence. */
export function sourceProblems(
  { name, options: { source } }: Entry,
  { publicUrl }: Pick<ProviderServices, 'publicUrl'>,
): readonly ProviderProblem[] {
  if (source !== 'bundle' || publicUrl !== undefined) return [];
  return [{ severity: 'error', message: say.noAddress(name), hint: say.noAddressHint() }];
}
