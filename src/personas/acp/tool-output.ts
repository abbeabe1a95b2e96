// What an agent tells of what came of a tool → one text for people: what it answered, what it changed. Pure, bounded, believes nothing.
import { isObject } from '../../support/index.ts';

const mostParts = 50;
/** Characters of each part: whoever keeps it cuts it further. */
const mostCharacters = 64 * 1024;

/** The text; undefined where nothing is told. */
export function outputOf(said: { readonly [key: string]: unknown }): string | undefined {
  const { content, rawOutput } = said;
  const parts = Array.isArray(content) ? content.slice(0, mostParts).flatMap((part) => partOf(part)) : [];
  if (parts.length > 0) return parts.join('\n');
  if (typeof rawOutput === 'string') return rawOutput.slice(0, mostCharacters);
  return isObject(rawOutput) ? JSON.stringify(rawOutput).slice(0, mostCharacters) : undefined;
}

function partOf(part: unknown): readonly string[] {
  if (!isObject(part)) return [];
  if (part['type'] === 'diff') return [differenceOf(part)];
  const { content } = part;
  const text = isObject(content) ? content['text'] : undefined;
  return typeof text === 'string' ? [text.slice(0, mostCharacters)] : [];
}

/** Old lines and new ones: which of them stayed is seen by whoever reads it. */
function differenceOf({ path, oldText, newText }: { readonly [key: string]: unknown }): string {
  return [`${String(path)}:`, ...marked('-', oldText), ...marked('+', newText)].join('\n');
}

function marked(mark: string, text: unknown): readonly string[] {
  if (typeof text !== 'string' || text === '') return [];
  return text
    .slice(0, mostCharacters)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `${mark} ${line}`);
}
