// Personas that go by more than one name. Pure.
import type { DefinitionContext } from './definition-context.ts';

/** Other names of built-in personas: those of the original design. */
const otherNames: Readonly<Record<string, string>> = { 'security-review': 'security-reviewer' };

/** The persona that a name means: the repository's file of that name, else the one that also goes by it. */
export function meantPersona(
  name: string,
  { personas, unusablePersonas }: Pick<DefinitionContext, 'personas' | 'unusablePersonas'>,
): string {
  if (personas === undefined || personas.has(name) || unusablePersonas?.has(name) === true) return name;
  const other = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
  return other !== undefined && personas.has(other) ? other : name;
}
