// Splits a text into what is printed and what is an expression. Knows braces and quotes, not what expressions mean.

/** A piece of a template. `at` is the offset of the piece (of an expression: of its first character) in the text. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'expression'; readonly source: string; readonly at: number }
  | { readonly kind: 'broken'; readonly message: string; readonly at: number };

/** Options of reading templates. `dollar`: `${…}` counts as well (prompts, the staged form). */
export interface TemplateSyntax {
  readonly dollar?: boolean;
}

/** The parts in order. A text without templates is one text part. */
export function templateParts(text: string, syntax: TemplateSyntax = {}): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let printed = '';
  let printedAt = 0;
  let position = 0;
  function print(characters: string, next: number): void {
    if (printed === '') printedAt = position;
    printed += characters;
    position = next;
  }
  function flush(): void {
    if (printed !== '') parts.push({ kind: 'text', text: printed, at: printedAt });
    printed = '';
  }
  while (position < text.length) {
    if (text.startsWith('{{{{', position)) print('{{', position + 4);
    else if (syntax.dollar === true && text.startsWith('$${', position)) print('${', position + 3);
    else if (text.startsWith('{{', position) || (syntax.dollar === true && isDollar(text, position))) {
      const closing = text.startsWith('{{', position) ? '}}' : '}';
      const start = position + 2;
      const end = closingOf(text, start, closing);
      flush();
      if (end === undefined) {
        parts.push({ kind: 'broken', message: `\`${text.slice(position, start)}\` is never closed`, at: position });
        return parts;
      }
      const source = text.slice(start, end);
      parts.push({ kind: 'expression', source, at: start });
      position = end + closing.length;
    } else {
      const next = nextOpening(text, position + 1);
      print(text.slice(position, next), next);
    }
  }
  flush();
  return parts;
}

/** `${{` is a form of GitHub Actions, not ours. */
function isDollar(text: string, position: number): boolean {
  return text.startsWith('${', position) && !text.startsWith('${{', position);
}

function nextOpening(text: string, from: number): number {
  const opening = /\{\{|\$/g;
  opening.lastIndex = from;
  return opening.exec(text)?.index ?? text.length;
}

/** Where the expression that starts at `start` ends: brackets balanced, quotes skipped. */
function closingOf(text: string, start: number, closing: string): number | undefined {
  const open: string[] = [];
  for (let index = start; index < text.length; index += 1) {
    const character = text.charAt(index);
    const inText = open.at(-1) === '`';
    if (character === '\\') index += 1;
    else if (inText && character === '`') open.pop();
    else if (inText && text.startsWith('${', index)) {
      open.push('}');
      index += 1;
    } else if (inText) continue;
    else if (open.length === 0 && text.startsWith(closing, index)) return index;
    else if (character === '"' || character === "'") {
      const end = endOfQuote(text, index);
      if (end === undefined) return undefined;
      index = end;
    } else if (character === '`') open.push('`');
    else if (character === '{') open.push('}');
    else if (character === '}' && open.pop() !== '}') return undefined;
  }
  return undefined;
}

function endOfQuote(text: string, start: number): number | undefined {
  const quote = text.charAt(start);
  for (let index = start + 1; index < text.length; index += 1) {
    if (text.charAt(index) === '\\') index += 1;
    else if (text.charAt(index) === quote) return index;
  }
  return undefined;
}
