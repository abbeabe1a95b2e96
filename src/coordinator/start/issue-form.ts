// Fields out of the body of an issue that was written with a form. Data only: never evaluated.
import type { Json, JsonObject } from '../../support/index.ts';
import { fieldName } from './field-name.ts';
import { markdownLines, markdownTokens } from '../common/markdown.ts';

const mostFields = 50;
const mostCharacters = 8_192;
/** GitHub takes 65,536; a file that holds an issue may be longer. */
const mostOfBody = 4_000_000;

/** `### Heading` sections as `{ heading: value }`; checkboxes become lists and, each by its name, true or false. */
export function formFields(body: string): JsonObject {
  const fields = new Map<string, Json>();
  const boxes = new Map<string, boolean>();
  const names = new Set<string>();
  for (const { heading, text } of sections(body.slice(0, mostOfBody))) {
    const name = freeName(fieldName(heading), names);
    if (fields.size >= mostFields || isUnanswered(text)) continue;
    const checked = checkboxes(text);
    if (checked === undefined) fields.set(name, valueOf(text));
    else {
      fields.set(
        name,
        checked.filter((box) => box.checked).map((box) => box.label),
      );
      for (const box of checked) if (!boxes.has(fieldName(box.label))) boxes.set(fieldName(box.label), box.checked);
    }
  }
  for (const [name, value] of boxes) if (!names.has(name) && fields.size < mostFields) fields.set(name, value);
  return Object.fromEntries(fields);
}

/** A heading that comes again has a number; one without an answer keeps its name all the same. */
function freeName(name: string, names: Set<string>): string {
  let free = name;
  for (let count = 2; names.has(free); count += 1) free = `${name}_${count}`;
  names.add(free);
  return free;
}

/** What stands below each heading. A `### x` inside code, a list, a quote or HTML belongs to the answer. */
function sections(body: string): readonly { readonly heading: string; readonly text: string }[] {
  const lines = markdownLines(body);
  const tokens = markdownTokens(body);
  const found = tokens.flatMap((token, index) => {
    const [start, end] = token.map ?? [0, 0];
    if (token.type !== 'heading_open' || token.level !== 0 || token.markup !== '###') return [];
    // a form writes its headings at the start of the line
    if (lines[start]?.startsWith('###') !== true) return [];
    return [{ heading: tokens[index + 1]?.content ?? '', start, end }];
  });
  return found.map(({ heading, end }, index) => ({
    heading,
    text: lines
      .slice(end, found[index + 1]?.start)
      .join('\n')
      .trim(),
  }));
}

function isUnanswered(text: string): boolean {
  return text === '' || /^([_*])No response\1$/i.test(text);
}

function checkboxes(text: string): { label: string; checked: boolean }[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const boxes = lines.map((line) => /^\s*[-*+] \[([ xX])\]\s+(\S.*)$/.exec(line));
  if (boxes.some((box) => box === null)) return undefined;
  return boxes.map((box) => ({ label: (box?.[2] ?? '').trim().slice(0, 200), checked: box?.[1] !== ' ' }));
}

function valueOf(text: string): Json {
  if (/^(true|yes)$/i.test(text)) return true;
  if (/^(false|no)$/i.test(text)) return false;
  return text.slice(0, mostCharacters);
}
