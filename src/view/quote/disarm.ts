// Puts a zero-width space where GitHub would start to act: mentions, references, links, images, HTML, entities, commands.
// Looks the same to a reader; never removes anything.

const gap = '\u200b';

interface Rule {
  readonly pattern: RegExp;
  readonly by: string;
}

const rules: readonly Rule[] = [
  { pattern: /@(?=[\w-])/g, by: `@${gap}` },
  { pattern: /#(?=\d)/g, by: `#${gap}` },
  { pattern: /\b(gh-)(?=\d)/gi, by: `$1${gap}` },
  // Entities are decoded before mentions are looked for: `&#64;everyone`.
  { pattern: /&(?=#?\w+;)/g, by: `&${gap}` },
  // Tags, closing tags, comments, processing instructions.
  { pattern: /<(?=[a-z/!?])/gi, by: `<${gap}` },
  { pattern: /!(?=\[)/g, by: `!${gap}` },
  { pattern: /\](?=[(:])/g, by: `]${gap}` },
  { pattern: /:(?=\/\/)/g, by: `:${gap}` },
  { pattern: /\b(www)(?=\.)/gi, by: `$1${gap}` },
  // Commands count at the start of a line, for us and for other bots; quote and list marks may stand before.
  { pattern: /^((?:[ \t>*+|#-]|\d+[.)])*)\/(?=[a-z])/gim, by: `$1/${gap}` },
  // Languages that GitHub draws instead of showing.
  { pattern: /^((?:[ \t>*+|#-]|\d+[.)])*(?:`{3,}|~{3,})[ \t]*)(mermaid|geojson|topojson|stl|math)\b/gim, by: '$1text' },
];

/** The text with everything disarmed that GitHub acts on. */
export function disarm(text: string): string {
  return rules.reduce((result, { pattern, by }) => result.replaceAll(pattern, by), withoutClosing(text));
}

/** "Closes #9", "fixes: o/r#9", "resolves https://…/issues/9", also over a line break. */
function withoutClosing(text: string): string {
  return text.replaceAll(/\b(clos|fix|resolv)(?:e[sd]?|ing)?\b:?\s*/gi, (found, stem: string, at: number) => {
    const behind = text.slice(at + found.length, at + found.length + longestReference);
    const [word = ''] = behind.split(/\s/, 1);
    return /#|gh-|https?:|github\.com/i.test(word) ? `${stem}${gap}${found.slice(stem.length)}` : found;
  });
}

/** An owner and a repository have 140 characters at most. */
const longestReference = 210;
