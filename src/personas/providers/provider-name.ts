// Which providers may play a persona in a step, the first one first. Pure: whether there is one of that name is for others to say.
import type { Persona } from '../model/types.ts';

/** What a step says about it. */
export interface ProviderWish {
  readonly provider?: string;
  /** The whole list, where it names several. */
  readonly providers: readonly string[];
  readonly profile?: string;
}

type Named = Pick<Persona, 'provider' | 'providers' | 'profiles'>;

/** The step's own words, then the profile's, the persona's, and `usual`. The next one is asked where the one before it is out. */
export function providerNamesOf(
  { provider, providers, profile }: ProviderWish,
  persona: Named | undefined,
  usual: readonly string[],
): readonly string[] {
  if (providers.length > 0) return providers;
  if (provider !== undefined) return [provider];
  const profiles = persona?.profiles ?? {};
  const own = profile !== undefined && Object.hasOwn(profiles, profile) ? profiles[profile]?.provider : undefined;
  if (own !== undefined) return [own];
  if (persona?.providers !== undefined && persona.providers.length > 0) return persona.providers;
  return persona?.provider === undefined ? usual : [persona.provider];
}
