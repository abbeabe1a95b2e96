// Which provider plays a persona in a step. Pure: whether there is one of that name is for others to say.
import type { Persona } from '../model/types.ts';

/** What a step says about it. */
export interface ProviderWish {
  readonly provider?: string;
  readonly providers: readonly string[];
  readonly profile?: string;
}

/** The step's own word, then the profile's, the persona's, and `usual`. */
export function providerNameOf(
  { provider, providers, profile }: ProviderWish,
  persona: Pick<Persona, 'provider' | 'profiles'> | undefined,
  usual: string,
): string {
  const named = provider ?? providers[0];
  if (named !== undefined) return named;
  const profiles = persona?.profiles ?? {};
  const own = profile !== undefined && Object.hasOwn(profiles, profile) ? profiles[profile]?.provider : undefined;
  return own ?? persona?.provider ?? usual;
}
