// Markdown as GitHub shows it: parsed, cleaned, then given what GitHub adds. Its own additions come after the cleaning, so nobody can forge them.
import MarkdownIt from 'markdown-it';
import { drawFlowchart } from '../graph/index.ts';
import { escapeText, Html } from '../html/html.ts';
import { raiseAlerts, tickTasks } from './lists-and-alerts.ts';
import { linkMentions } from './mentions.ts';
import type { Links } from './mentions.ts';
import { sanitise } from './sanitise.ts';
import {
  allNodes,
  attribute,
  element,
  isElement,
  isText,
  replaceNode,
  setAttribute,
  textOf,
  treeOf,
  markupOf,
} from './tree.ts';
import type { Element, Parent } from './tree.ts';

/** Where a text stands, which decides what its lines and links mean. */
export interface Place {
  readonly links: Links;
  /** In files a line ends where its paragraph ends; in what people write in a box, where they ended it. */
  readonly isFile?: boolean;
  /** The page that links without a host start from. */
  readonly base?: string;
}

/** The HTML of a Markdown text. Safe whatever the text is. */
export function renderMarkdown(text: string, place: Place): Html {
  const tree = readMarkdown(text, place.isFile === true);
  linkMentions(tree, place.links);
  tickTasks(tree);
  raiseAlerts(tree);
  for (const node of allNodes(tree)) {
    if (isElement(node, 'pre')) finishFence(node);
    if (isElement(node, 'a')) finishLink(node, place);
    if (isElement(node, 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'))
      setAttribute(node, 'id', `user-content-${slugOf(textOf(node))}`);
    if (isElement(node, 'table')) frameTable(node);
  }
  return new Html(markupOf(tree));
}

/** The clean tree of a Markdown text. */
export function readMarkdown(text: string, isFile: boolean): Parent {
  const tree = treeOf(filterTags((isFile ? files : comments).render(text)));
  // nobody writes so deep; whoever does gets their text as it is
  if (depthOf(tree) > 200) return treeOf(`<pre><code>${escapeText(text)}</code></pre>`);
  sanitise(tree);
  return tree;
}

// the nesting is bounded, so that no text can make the parser call itself without end
const files = parserOf({ breaks: false });
const comments = parserOf({ breaks: true });

function parserOf({ breaks }: { readonly breaks: boolean }) {
  const parser = new MarkdownIt({ html: true, linkify: true, breaks, maxNesting: 50 });
  // GitHub links addresses with their scheme and `www.`, not every word with a dot
  parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  parser.renderer.rules.fence = (tokens, index) => {
    const { info = '', content = '' } = tokens[index] ?? {};
    const language = info.trim().split(/\s+/)[0] ?? '';
    return `<pre data-language="${escapeText(language)}"><code>${escapeText(content)}</code></pre>\n`;
  };
  return parser;
}

/** Tags that would change how what follows is read stand as text: https://github.github.com/gfm/#disallowed-raw-html-extension- */
function filterTags(markup: string): string {
  return markup.replaceAll(/<(?=\/?(?:title|textarea|style|xmp|iframe|noembed|noframes|script|plaintext)\b)/gi, '&lt;');
}

/** How deep elements stand in each other; counted without a call for each. */
function depthOf(tree: Parent): number {
  let depth = 0;
  for (let level: readonly Parent[] = [tree]; level.length > 0 && depth <= 200; depth += 1)
    level = level.flatMap(({ childNodes }) => childNodes.filter((node) => isElement(node)));
  return depth;
}

function finishFence(pre: Element): void {
  const language = attribute(pre, 'data-language')?.toLowerCase() ?? '';
  pre.attrs = [];
  const [code] = pre.childNodes;
  if (!isElement(code, 'code')) return;
  const drawn = language === 'mermaid' ? drawFlowchart(textOf(code)) : undefined;
  if (drawn !== undefined) replaceNode(pre, [element('div', { class: 'graph' }, treeOf(drawn.markup).childNodes)]);
  else if (language === 'diff') code.childNodes = treeOf(diffLines(textOf(code))).childNodes;
  else setAttribute(pre, 'tabindex', '0');
}

function diffLines(text: string): string {
  const tones: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place' };
  return text
    .split('\n')
    .map((line) => `<span class="diff-${tones[line.charAt(0)] ?? 'same'}">${escapeText(line)}</span>`)
    .join('\n');
}

function finishLink(link: Element, { base }: Place): void {
  const target = attribute(link, 'href');
  if (target === undefined) return;
  setAttribute(link, 'rel', 'nofollow noopener noreferrer');
  if (target.startsWith('#')) setAttribute(link, 'href', `#user-content-${target.slice(1)}`);
  else if (base !== undefined && !/^(?:[a-z]+:|\/)/i.test(target))
    setAttribute(link, 'href', `${base}/${target.replace(/^\.\//, '')}`);
}

function frameTable(table: Element): void {
  // a wide table scrolls by itself, as on GitHub
  const frame = element('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Table' });
  replaceNode(table, [frame]);
  frame.childNodes.push(table);
  table.parentNode = frame;
  for (const cell of allNodes(table))
    if (isElement(cell, 'th') && cell.childNodes.every((node) => isText(node) && node.value.trim() === ''))
      cell.tagName = cell.nodeName = 'td';
}

function slugOf(title: string): string {
  return title
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
