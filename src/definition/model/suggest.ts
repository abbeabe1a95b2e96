// The name a person most likely meant.
import { nearest } from '../../support/index.ts';

/** Longer texts are meant for no name. */
const longestName = 200;

/** The nearest known name; also one that merely has more words: `qa_status` finds `comprehensive_qa_status`. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longestName) return undefined;
  const names = [...known];
  const longer = names.filter((candidate) => candidate.endsWith(`_${name}`) || candidate.endsWith(`-${name}`));
  const near = name.length > 2 && longer.length > 0 ? longer[0] : nearest(name, names);
  if (near !== undefined) return near;
  if (name.length < 2) return undefined;
  const plain = simplified(name);
  return names
    .filter((candidate) => {
      const other = simplified(candidate);
      return other.length > 2 && (other.includes(plain) || plain.includes(other));
    })
    .toSorted((a, b) => Math.abs(a.length - name.length) - Math.abs(b.length - name.length))[0];
}

/** ` Did you mean …?` or the known names, for the end of a hint. */
export function didYouMean(name: string, known: Iterable<string>, kind: string): string {
  const names = [...known];
  const near = nearestName(name, names);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  if (names.length === 0) return `The file has no ${kind}.`;
  const shown = names.slice(0, 12).map((known) => `\`${known}\``);
  return `Known: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}.`;
}

function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '');
}
