// Markdown as lines of a terminal: what a person would read on the page, folded parts by their titles. Draws no pictures and prints no source of them.
import { readMarkdown } from './render.ts';
import { attribute, isElement, isText, textOf } from './tree.ts';
import type { Element, Node, Parent } from './tree.ts';

/** The lines of a text. */
export function terminalMarkdown(text: string): readonly string[] {
  return spaced(blocks(readMarkdown(text, false))).map((line) => line.replaceAll('\u200B', ''));
}

/** A block of lines; folded parts stand close together. */
interface Block {
  readonly lines: readonly string[];
  readonly isFold?: boolean;
}

function blocks(parent: Parent): readonly Block[] {
  const all: Block[] = [];
  let words: Node[] = [];
  const flush = (): void => {
    const lines = wordsOf(words).trim().split('\n');
    if (lines.join('') !== '') all.push({ lines });
    words = [];
  };
  for (const node of parent.childNodes) {
    const block = isElement(node) ? blockOf(node) : undefined;
    if (block === undefined) words.push(node);
    else {
      flush();
      all.push(...block);
    }
  }
  flush();
  return all;
}

function blockOf(node: Element): readonly Block[] | undefined {
  switch (node.tagName) {
    case 'details':
      return [
        { lines: [`▸ ${oneLineOf(node.childNodes.find((child) => isElement(child, 'summary')))}`], isFold: true },
      ];
    case 'table':
      return [{ lines: tableLines(node) }];
    case 'ul':
    case 'ol':
      return [{ lines: listLines(node) }];
    case 'blockquote':
      return [{ lines: spaced(blocks(node)).map((line) => `│ ${line}`.trimEnd()) }];
    case 'pre':
      return attribute(node, 'data-language') === 'mermaid'
        ? []
        : [
            {
              lines: textOf(node)
                .trimEnd()
                .split('\n')
                .map((line) => `    ${line}`),
            },
          ];
    case 'hr':
      return [{ lines: ['────'] }];
    case 'p':
    case 'div':
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6':
      return blocks(node);
    default:
      return undefined;
  }
}

function spaced(all: readonly Block[]): readonly string[] {
  return all.flatMap(({ lines, isFold }, index) => {
    const isClose = index === 0 || (isFold === true && all[index - 1]?.isFold === true);
    return isClose ? lines : ['', ...lines];
  });
}

function listLines(list: Element): readonly string[] {
  return list.childNodes
    .filter((node) => isElement(node, 'li'))
    .flatMap((item, index) => {
      const mark = list.tagName === 'ol' ? `${index + 1}. ` : '• ';
      const lines = blocks(item).flatMap(({ lines: inner }) => inner);
      const [first = '', ...others] = lines;
      const ticked = first.replace(/^\[ \] /, '☐ ').replace(/^\[[xX]\] /, '☑ ');
      return [`${mark}${ticked}`, ...others.map((line) => `${' '.repeat(mark.length)}${line}`)];
    });
}

function tableLines(table: Element): readonly string[] {
  const rows = rowsOf(table).map((row) => row.childNodes.filter((cell) => isElement(cell, 'td', 'th')).map(oneLineOf));
  const widths = rows.reduce<readonly number[]>(
    (widest, row) => row.map((cell, at) => Math.max(cellWidth(cell), widest[at] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => `${cell}${' '.repeat((widths[at] ?? 0) - cellWidth(cell))}`)
      .join('  ')
      .trimEnd(),
  );
}

function rowsOf(parent: Parent): readonly Element[] {
  return parent.childNodes
    .filter((node) => isElement(node))
    .flatMap((node) => (node.tagName === 'tr' ? [node] : rowsOf(node)));
}

function oneLineOf(node: Node | undefined): string {
  return node === undefined ? '' : wordsOf([node]).replaceAll(/\s+/g, ' ').trim();
}

function wordsOf(nodes: readonly Node[]): string {
  return nodes
    .map((node): string => {
      if (isText(node)) return node.value.replaceAll('\n', ' ');
      if (!isElement(node)) return '';
      if (node.tagName === 'br') return '\n';
      const inner = wordsOf(node.childNodes);
      const target = node.tagName === 'a' ? attribute(node, 'href') : undefined;
      return target === undefined || target === inner || inner === '' ? inner : `${inner} (${target})`;
    })
    .join('')
    .replaceAll(/\n /g, '\n');
}

/** Columns of a terminal: pictures and East Asian letters take two. */
function cellWidth(text: string): number {
  const wide = /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7AF\uF900-\uFAFF\uFF00-\uFF60]/u;
  const none = /[\u200B-\u200F\u2060]/u;
  return Array.from(text).reduce(
    (sum, character) => sum + (none.test(character) ? 0 : wide.test(character) ? 2 : 1),
    0,
  );
}
