// `#2`, `@name`, commit ids and addresses of this GitHub in a text become links, as GitHub makes them: only where there is something. Never in code or in links.
import { allNodes, attribute, element, isElement, isText, replaceNode, textNode } from './tree.ts';
import type { Element, Node, Parent, Text } from './tree.ts';

/** What a text may point to, each with the address of its page. */
export interface Links {
  issue(owner: string | undefined, name: string | undefined, number: number): string | undefined;
  user(login: string): string | undefined;
  commit(id: string): string | undefined;
}

const pattern =
  /(?<![\w/#@`.-])(?:(?:(?<owner>[\w.-]+)\/(?<name>[\w.-]+))?#(?<number>\d{1,9})|GH-(?<short>\d{1,9})|@(?<login>[a-z\d](?:[a-z\d-]{0,38})(?:\[bot\])?)|(?<sha>[0-9a-f]{7,40}))(?![\w-])/gi;

/** The ids in a text that may be commits. */
export function commitCandidates(text: string): readonly string[] {
  return [...new Set(text.match(/(?<![\w/])[0-9a-f]{7,40}(?![\w-])/g))].filter((one) => /\d/.test(one)).slice(0, 50);
}

/** Links what a text names. */
export function linkMentions(tree: Parent, links: Links): void {
  for (const node of allNodes(tree)) if (isText(node) && !isQuoted(node)) replaceNode(node, pieces(node.value, links));
  for (const node of allNodes(tree)) if (isElement(node, 'a')) shorten(node);
}

function pieces(text: string, links: Links): readonly Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole] = match;
    const link = linkOf(match.groups ?? {}, links);
    if (link === undefined) continue;
    const shown = textNode(match.groups?.['sha'] === undefined ? whole : whole.slice(0, 7));
    const inner = match.groups?.['sha'] === undefined ? shown : element('code', {}, [shown]);
    nodes.push(
      textNode(text.slice(at, match.index)),
      element('a', { href: link, ...(whole.startsWith('@') ? { class: 'user-mention' } : {}) }, [inner]),
    );
    at = match.index + whole.length;
  }
  return [...nodes, textNode(text.slice(at))];
}

function linkOf(
  { owner, name, number, short, login, sha }: Record<string, string | undefined>,
  links: Links,
): string | undefined {
  if (login !== undefined) return links.user(login);
  if (sha !== undefined) return links.commit(sha);
  return links.issue(owner, name, Number(number ?? short));
}

/** A bare address of an issue, a pull request or a commit is shown by its short name. */
function shorten(link: Element): void {
  const target = attribute(link, 'href') ?? '';
  const [, kind, id = ''] = /^https?:\/\/[^/]+\/[^/]+\/[^/]+\/(issues|pull|commit)\/(\w+)$/.exec(target) ?? [];
  const [text] = link.childNodes;
  if (kind === undefined || !isText(text) || text.value !== target) return;
  text.value = kind === 'commit' ? id.slice(0, 7) : `#${id}`;
}

function isQuoted(node: Text): boolean {
  for (let at: Parent | null = node.parentNode; at !== null && 'tagName' in at; at = at.parentNode)
    if (['a', 'code', 'pre', 'tt', 'kbd', 'samp'].includes(at.tagName)) return true;
  return false;
}
