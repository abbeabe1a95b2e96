// Fields out of the body of an issue that was written with a form. Data only: never evaluated.
import type { Json, JsonObject } from '../support/index.ts';

const maxFields = 50;
const maxValue = 8_192;

/** `### Heading` sections as `{ heading: value }`; checkboxes become lists and, each by its name, true or false. */
export function formFields(body: string): JsonObject {
  const fields = new Map<string, Json>();
  const boxes = new Map<string, boolean>();
  for (const { heading, text } of sections(body)) {
    const name = snakeCase(heading);
    if (name === '' || fields.has(name) || fields.size >= maxFields) continue;
    if (text === '' || text === '_No response_') continue;
    const checked = checkboxes(text);
    if (checked === undefined) fields.set(name, valueOf(text));
    else {
      fields.set(
        name,
        checked.filter((box) => box.checked).map((box) => box.label),
      );
      for (const box of checked) boxes.set(snakeCase(box.label), box.checked);
    }
  }
  for (const [name, value] of boxes)
    if (name !== '' && !fields.has(name) && fields.size < maxFields) fields.set(name, value);
  return Object.fromEntries(fields);
}

/** `Performance critical?` → `performance_critical`. */
export function snakeCase(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 60);
}

function sections(body: string): { heading: string; text: string }[] {
  const found: { heading: string; lines: string[] }[] = [];
  let inFence = false;
  for (const line of body.split(/\r?\n/)) {
    if (/^ {0,3}(```|~~~)/.test(line)) inFence = !inFence;
    const heading = inFence ? undefined : /^### +(\S.*?)\s*$/.exec(line)?.[1];
    if (heading !== undefined) found.push({ heading, lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  return found.map(({ heading, lines }) => ({ heading, text: lines.join('\n').trim() }));
}

function checkboxes(text: string): { label: string; checked: boolean }[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const boxes = lines.map((line) => /^\s*[-*] \[([ xX])\] (.+?)\s*$/.exec(line));
  if (boxes.some((box) => box === null)) return undefined;
  return boxes.map((box) => ({ label: (box?.[2] ?? '').slice(0, 200), checked: box?.[1] !== ' ' }));
}

function valueOf(text: string): Json {
  if (/^(true|yes)$/i.test(text)) return true;
  if (/^(false|no)$/i.test(text)) return false;
  return text.slice(0, maxValue);
}
