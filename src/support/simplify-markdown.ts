// Turns Markdown that reaches outside into plain words: images go, links become their text and host, HTML goes. Outside of code only.
import { withoutEnd } from './ends.ts';
import { codeSpans } from './code-spans.ts';

/** The text without images, HTML and link targets; code blocks and code spans stay as they are, an open block is closed. */
export function simplify(text: string): string {
  const parts = splitFences(text);
  return parts.map((part) => (part.isCode ? part.text : simplifyProse(part.text))).join('\n');
}

interface Part {
  readonly isCode: boolean;
  readonly text: string;
}

function splitFences(text: string): Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  let fence: string | undefined;
  function end(isCode: boolean): void {
    if (lines.length > 0) parts.push({ isCode, text: lines.join('\n') });
    lines = [];
  }
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}(?!`)|~{3,}(?!~))([\s\S]*)$/.exec(line);
    const run = mark?.[1] ?? '';
    const rest = mark?.[2] ?? '';
    if (fence === undefined && run !== '' && !(run.startsWith('`') && rest.includes('`'))) {
      end(false);
      fence = run;
      lines.push(line);
    } else if (fence !== undefined && run.startsWith(fence) && rest.trim() === '') {
      lines.push(line);
      end(true);
      fence = undefined;
    } else {
      lines.push(line);
    }
  }
  if (fence !== undefined) lines.push(fence);
  end(fence !== undefined);
  return parts;
}

function simplifyProse(text: string): string {
  let result = text;
  // Taking one thing out may put another together: `<<b>img src=x>`.
  for (let round = 0; round < 5; round += 1) {
    const next = outsideOfSpans(result, simplifyOnce);
    if (next === result) break;
    result = next;
  }
  return result;
}

function simplifyOnce(text: string): string {
  return text
    .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replaceAll(/<(?:https?|ftp|mailto|xmpp):[^<>\s]*>/gi, (link) => hostOf(link.slice(1, -1)))
    .replaceAll(anyTag, (tag, name: string) => (tagNames.has(name.toLowerCase()) ? '' : tag))
    .replaceAll(/^[ \t>]*\[[^[\]\r\n\u2028\u2029]+\]:[ \t]*(?:\n[ \t]*)?\S.*$/gm, '')
    .replaceAll(/!\[([^[\]]*)\](?:\([^)]*\)?|\[[^[\]]*\])?/g, '$1')
    .replaceAll(/\[([^[\]]*)\]\(\s*<?([^)>\s]*)[^)]*\)?/g, (_, words: string, target: string) =>
      linkText(words, target),
    )
    .replaceAll(/\[([^[\]]+)\]\[[^[\]]*\]/g, '$1')
    .replaceAll(/\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s<>"'`)\]|]*/gi, hostOf);
}

/** Applies a change to everything but code spans. */
function outsideOfSpans(text: string, change: (text: string) => string): string {
  let result = '';
  let from = 0;
  for (const span of codeSpans(text)) {
    result += change(text.slice(from, span.from)) + text.slice(span.from, span.to);
    from = span.to;
  }
  return result + change(text.slice(from));
}

// The tags GitHub knows or drops. Others, like the type in `Promise<void>`, are shown as they were written.
const tagNames: ReadonlySet<string> = new Set(
  `a abbr animate article aside audio b base bdi bdo blockquote body br button caption cite code col dd del details dfn dialog div dl dt em embed font footer form frame frameset g-emoji h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label li link main mark markdown-accessiblity-table math meta nav noscript object ol optgroup option p param picture pre q rp rt ruby s samp script section select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr`.split(
    /\s+/,
  ),
);
const anyTag = /<\/?([a-z][a-z0-9-]*)(?=[\s/>])[^<>]*>/gi;

function linkText(words: string, target: string): string {
  const host = /^[a-z][a-z0-9+.-]*:\/\//i.test(target) ? hostOf(target) : '';
  if (words.trim() === '') return host;
  return host === '' || host === words ? words : `${words} (${host})`;
}

/** `evil.example` of a link that leaves GitHub, host and path of one that stays. */
function hostOf(link: string): string {
  const address = withoutEnd(link, '.,;:!?');
  const url = URL.parse(address);
  if (url === null || url.host === '') return '';
  const tail = link.slice(address.length);
  return `${url.host === 'github.com' ? `github.com${url.pathname}` : url.host}${tail}`;
}
