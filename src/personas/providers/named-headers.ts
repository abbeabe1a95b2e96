// Headers of a configuration, `header: VARIABLE`: each with the variable that holds its value. Pure but for the secrets that it asks for.
import type { ProviderServices } from '../model/types.ts';

/** What a header of a configuration looks like. */
export const namedHeaderPattern = '^[A-Za-z0-9-]+: ?[A-Za-z_][A-Za-z0-9_]*$';

/** Each header with its variable. */
export function namedHeaders(
  written: readonly string[] = [],
): readonly (readonly [header: string, variable: string])[] {
  return written.map((text) => {
    const at = text.indexOf(':');
    return [text.slice(0, at), text.slice(at + 1).trim()] as const;
  });
}

/** Each header with its value. */
export function headerValues(
  written: readonly string[] | undefined,
  services: Pick<ProviderServices, 'secret'>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(namedHeaders(written).map(([header, name]) => [header, services.secret(name) ?? '']));
}
