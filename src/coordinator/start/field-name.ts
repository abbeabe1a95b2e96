// The name of a field, made of the words of a form.
import { withoutEnds } from '../../support/index.ts';

const longest = 60;

/** `Performance critical?` → `performance_critical`, in any script; words without a letter or digit stay as they are. */
export function fieldName(words: string): string {
  const joined = words
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '_');
  const name = withoutEnds(joined, '_');
  return Array.from(name === '' ? words.trim() : name)
    .slice(0, longest)
    .join('');
}
