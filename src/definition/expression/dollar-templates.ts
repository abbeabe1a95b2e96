// `${vars.name}` in the params of a persona, read like `{{vars.name}}`: brought to that one form before anything is evaluated. Pure.
import type { Json, JsonObject } from '../../support/index.ts';
import { isObject } from '../../support/index.ts';
import { templateParts } from './template-parts.ts';

/** The value with `${…}` of its texts as `{{…}}`, and `$${` as what it prints. */
export function withoutDollars(value: Json): Json {
  if (typeof value === 'string') return value.includes('${') ? inBraces(value) : value;
  if (Array.isArray(value)) return value.map((item: Json) => withoutDollars(item));
  if (!isObject(value)) return value;
  // an object of Json holds Json
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, item]) => [key, withoutDollars(item)]));
}

function inBraces(text: string): string {
  const pieces = templateParts(text, { dollar: true }).map((part) => {
    if (part.kind === 'expression') return `{{${part.source}}}`;
    if (part.kind === 'broken') return text.slice(part.at);
    const printed = part.text.replaceAll('{{', '{{{{');
    // a brace right before an expression would become part of its opening
    return printed.endsWith('{') && !printed.endsWith('{{{{') ? `${printed.slice(0, -1)}{{'{'}}` : printed;
  });
  return pieces.join('');
}
