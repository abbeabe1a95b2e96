// What HTML in people's text may be: GitHub's list of elements and attributes, no script, no handler, no address that runs or loads anything. Never adds anything.
// The list: https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/sanitization_filter.rb
import { allNodes, attribute, element, isElement, isText, replaceNode, setAttribute, textNode } from './tree.ts';
import type { Element, Node, Parent } from './tree.ts';

const elements = new Set(
  (
    'h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p ol ul table thead tbody tfoot ' +
    'blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details caption figure figcaption ' +
    'abbr bdo cite dfn mark small span time wbr'
  ).split(' '),
);

/** Elements that are dropped with what stands in them; of others their content stays. */
const dropped = new Set(['script', 'style', 'template', 'iframe', 'object', 'embed', 'noscript', 'math', 'svg']);

const everywhere = new Set(
  'align alt colspan rowspan start width height title open lang dir border cellpadding cellspacing valign hspace vspace'.split(
    ' ',
  ),
);
const own: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  img: ['src'],
  blockquote: ['cite'],
  del: ['cite', 'datetime'],
  ins: ['cite', 'datetime'],
  q: ['cite'],
  time: ['datetime'],
  // what a fence is written in; no class of a page is touched by it
  pre: ['data-language'],
};

/** Takes out what is not allowed. */
export function sanitise(tree: Parent): void {
  for (const node of allNodes(tree)) {
    if (isText(node)) continue;
    if (!isElement(node) || dropped.has(node.tagName)) replaceNode(node, []);
    else if (!elements.has(node.tagName) || node.namespaceURI !== 'http://www.w3.org/1999/xhtml')
      replaceNode(node, [...node.childNodes]);
    else cleanElement(node);
  }
}

function cleanElement(node: Element): void {
  // how the parser says what a column of a table is aligned to
  const side = /^text-align:(left|right|center)$/.exec(attribute(node, 'style') ?? '')?.[1];
  if (side !== undefined) setAttribute(node, 'align', side);
  node.attrs = node.attrs.filter(({ name, value }) => {
    if (name === 'href' || name === 'src' || name === 'cite')
      return own[node.tagName]?.includes(name) === true && isHarmless(value);
    return everywhere.has(name) || own[node.tagName]?.includes(name) === true;
  });
  if (node.tagName === 'img') replaceNode(node, [pictureLink(node)]);
}

/** A picture from elsewhere is not fetched: its words lead to it, as in a mail that is read with pictures off. */
function pictureLink(image: Element): Node {
  const source = attribute(image, 'src');
  const words = attribute(image, 'alt') ?? '';
  const shown = textNode(words === '' ? 'picture' : words);
  // inside a link the words are enough
  return source === undefined || isElement(image.parentNode as Node, 'a')
    ? shown
    : element('a', { href: source }, [shown]);
}

/** An address of the web, a mail, or one beside this page. Browsers skip white space and control characters in a scheme. */
function isHarmless(address: string): boolean {
  // eslint-disable-next-line no-control-regex
  const bare = address.replaceAll(/[\u0000-\u0020\u007F-\u00A0\u200B-\u200F\u2028\u2029\uFEFF]/g, '');
  const scheme = /^([^/?#:]*):/.exec(bare)?.[1];
  return scheme === undefined || /^(?:https?|mailto)$/i.test(scheme);
}
