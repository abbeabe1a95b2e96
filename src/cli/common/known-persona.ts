// The persona of a name, or the nearest one in the refusal. Decides only.
import type { Persona } from '../../personas/index.ts';
import { nearest, TroupeError } from '../../support/index.ts';
import { recordMessages } from './messages-records.ts';

/** Throws `cli/no-persona`. */
export function knownPersona(id: string, personas: ReadonlyMap<string, Persona>): Persona {
  const found = personas.get(id);
  if (found !== undefined) return found;
  throw new TroupeError('cli/no-persona', recordMessages.noPersona(id, nearest(id, personas.keys())), {
    class: 'config',
    hint: recordMessages.personasHint,
  });
}
