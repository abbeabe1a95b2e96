// Puts a zero-width space where GitHub would start to act: mentions, references, links, images, HTML, entities, commands.
// Looks the same to a reader; never removes anything.

const gap = '\u200b';

interface Rule {
  readonly pattern: RegExp;
  /** What stands there instead; `$1` is the first group of the match. */
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

/** What git and GitHub read of a commit's last lines: whose work it is, which run made it, whether it is checked. */
const trailer: Rule = { pattern: /^([ \t]*(?:troupe-[\w-]+|[\w-]+-by|skip-checks))(?=\s*:)/gim, by: `$1${gap}` };

/** How far behind a text the rules look. */
export const reach = 400;

/** The text with everything disarmed that GitHub acts on. */
export function disarm(text: string): string {
  return disarmBefore(text, '');
}

/**
 * The text disarmed as it stands before another one, which is not: `@` before `everyone`, `Fixes` before ` #9`. What the text
 * begins is broken at its end at the latest.
 */
export function disarmBefore(text: string, behind: string, options: { readonly inCommit?: boolean } = {}): string {
  let tail = behind.slice(0, reach);
  let head = withoutClosing(text, tail);
  for (const { pattern, by } of options.inCommit === true ? [...rules, trailer] : rules) {
    const end = head.length;
    let grown = end;
    const whole = `${head}${tail}`.replaceAll(pattern, (match: string, ...rest: unknown[]) => {
      // the arguments behind the groups are the place and the whole: no group has a name
      const at = Number(rest.at(-2));
      if (at >= end) return match;
      const [first] = rest;
      const isAcross = at + match.length > end;
      const broken = isAcross
        ? `${match.slice(0, end - at)}${gap}${match.slice(end - at)}`
        : by.replaceAll('$1', () => (typeof first === 'string' ? first : ''));
      grown += isAcross ? 1 : broken.length - match.length;
      return broken;
    });
    head = whole.slice(0, grown);
    tail = whole.slice(grown);
  }
  return head;
}

/** "Closes #9", "fixes: o/r#9", "resolves https://…/issues/9", also over a line break. */
function withoutClosing(head: string, tail: string): string {
  const whole = `${head}${tail}`;
  const words = Array.from(whole.matchAll(/\b(clos|fix|resolv)(?:e[sd]?|ing)?\b:?\s*/gi));
  const places = words.flatMap(({ 0: found, 1: stem = '', index }) => {
    const behind = whole.slice(index + found.length, index + found.length + longestReference);
    const [word = ''] = behind.split(/\s/, 1);
    if (index >= head.length || !/#|gh-|https?:|github\.com/i.test(word)) return [];
    return [Math.min(index + stem.length, head.length)];
  });
  const cuts = [0, ...places, head.length];
  return cuts
    .slice(1)
    .map((to, at) => head.slice(cuts[at], to))
    .join(gap);
}

/** An owner and a repository have 140 characters at most. */
const longestReference = 210;
