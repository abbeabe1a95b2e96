// The few places in a role prompt that are read as templates. Everything else is literal: prompts are full of other languages' braces. Evaluates nothing.

/** A piece of a prompt: printed as it stands, or an expression of the workflow language. */
export type PromptPiece =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'expression';
      readonly source: string;
      /** As it stands in the prompt. */ readonly written: string;
    };

/** `{{ … }}` over a name of a run, and `${vars.…}`; with one more opening in front it is printed. `${{ … }}` belongs to GitHub Actions. */
const opening =
  /(\{\{)?(?<!\$)\{\{(?=\s*(?:variables|vars|inputs|task|steps)\s*(?:\.|\?\.|\[))|(\$)?\$\{(?=\s*(?:variables|vars)\s*(?:\.|\?\.|\[))/g;

/** No expression of a prompt is longer: an opening that is never closed costs no more than this. */
const longest = 1_000;

/** The pieces in order. What is never closed is text. */
export function promptPieces(prompt: string): readonly PromptPiece[] {
  const pieces: PromptPiece[] = [];
  let text = '';
  let position = 0;
  for (const match of prompt.matchAll(opening)) {
    if (match.index < position) continue;
    const [opened, twice, dollar] = match;
    text += prompt.slice(position, match.index);
    position = match.index + opened.length;
    if (twice !== undefined || dollar !== undefined) {
      text += twice ?? '${';
      continue;
    }
    const closing = opened === '{{' ? '}}' : '}';
    const end = closingOf(prompt, position, closing);
    if (end === undefined) {
      text += opened;
      continue;
    }
    if (text !== '') pieces.push({ kind: 'text', text });
    text = '';
    const written = prompt.slice(match.index, end + closing.length);
    pieces.push({ kind: 'expression', source: prompt.slice(position, end).trim(), written });
    position = end + closing.length;
  }
  text += prompt.slice(position);
  return text === '' ? pieces : [...pieces, { kind: 'text', text }];
}

/** Where the expression ends: quotes skipped, braces balanced, on one line. */
function closingOf(prompt: string, start: number, closing: string): number | undefined {
  let depth = 0;
  let quote: string | undefined;
  for (let index = start; index < Math.min(prompt.length, start + longest); index += 1) {
    const character = prompt.charAt(index);
    if (character === '\n') return undefined;
    if (quote !== undefined) {
      if (character === '\\') index += 1;
      else if (character === quote) quote = undefined;
    } else if (depth === 0 && prompt.startsWith(closing, index)) return index;
    else if (character === '"' || character === "'" || character === '`') quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
  }
  return undefined;
}

/** Whether the prompt of a file is read for templates: files of other programs are literal but for variables that the workflow has. */
export function isOwnPrompt(source: string): boolean {
  return source === 'built-in' || source.startsWith('.github/troupe/');
}

/** The expressions in a prompt, each once. */
export function expressionsIn(prompt: string): readonly string[] {
  return [...new Set(promptPieces(prompt).flatMap((piece) => (piece.kind === 'expression' ? [piece.source] : [])))];
}
