// The name of a field, made of the words of a form.

const longest = 60;

/** `Performance critical?` → `performance_critical`, in any script; words without a letter or digit stay as they are. */
export function fieldName(words: string): string {
  const name = words
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replaceAll(/^_+|_+$/g, '');
  return Array.from(name === '' ? words.trim() : name)
    .slice(0, longest)
    .join('');
}
