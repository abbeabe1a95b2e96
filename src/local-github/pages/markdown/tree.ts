// Markdown as a tree of HTML elements: how the parser's tree is read and built. Never decides what is allowed.
import { defaultTreeAdapter as adapter, html, parseFragment, serialize } from 'parse5';
import type { DefaultTreeAdapterTypes } from 'parse5';

/** A node that may hold others. */
export type Parent = DefaultTreeAdapterTypes.ParentNode;
/** An element. */
export type Element = DefaultTreeAdapterTypes.Element;
/** A piece of text. */
export type Text = DefaultTreeAdapterTypes.TextNode;
/** Any node. */
export type Node = DefaultTreeAdapterTypes.ChildNode;

/** The tree that a browser would make of a markup. */
export function treeOf(markup: string): Parent {
  return parseFragment(markup);
}

/** The markup of a tree. */
export function markupOf(tree: Parent): string {
  return serialize(tree);
}

export function isElement(node: Node | undefined, ...names: readonly string[]): node is Element {
  return node !== undefined && 'tagName' in node && (names.length === 0 || names.includes(node.tagName));
}

export function isText(node: Node | undefined): node is Text {
  return node?.nodeName === '#text';
}

/** A new element. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly Node[] = [],
): Element {
  const made = adapter.createElement(
    name,
    html.NS.HTML,
    Object.entries(attributes).map(([key, value]) => ({ name: key, value })),
  );
  for (const child of children) adapter.appendChild(made, child);
  return made;
}

/** A new piece of text. */
export function textNode(value: string): Text {
  return adapter.createTextNode(value);
}

/** Puts others in the place of a node. */
export function replaceNode(node: Node, others: readonly Node[]): void {
  const parent = node.parentNode;
  if (parent === null) return;
  for (const other of others) adapter.insertBefore(parent, other, node);
  adapter.detachNode(node);
}

/** The value of an attribute. */
export function attribute(node: Element, name: string): string | undefined {
  return node.attrs.find((one) => one.name === name)?.value;
}

/** Sets an attribute. */
export function setAttribute(node: Element, name: string, value: string): void {
  node.attrs = [...node.attrs.filter((one) => one.name !== name), { name, value }];
}

/** All text below a node. */
export function textOf(node: Node | Parent): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}

/** Every node below another, parents first, as they were when it began. */
export function allNodes(tree: Parent): readonly Node[] {
  return tree.childNodes.flatMap((node) => [node, ...('childNodes' in node ? allNodes(node) : [])]);
}
