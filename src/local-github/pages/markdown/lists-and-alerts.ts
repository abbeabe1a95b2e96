// Task lists and alerts (`> [!NOTE]`), which GitHub writes in Markdown's own forms. Works on a clean tree.
import { icon } from '../html/icons.ts';
import type { IconName } from '../html/icons.ts';
import { allNodes, element, isElement, isText, replaceNode, setAttribute, textNode, treeOf } from './tree.ts';
import type { Element, Node, Parent } from './tree.ts';

/** `- [x] done` becomes a box that is ticked. */
export function tickTasks(tree: Parent): void {
  for (const item of allNodes(tree)) {
    if (!isElement(item, 'li')) continue;
    const first = firstChild(item);
    const text = isElement(first, 'p') ? firstChild(first) : first;
    const [, mark, rest] = (isText(text) && /^\s*\[([ xX])\]\s+([\s\S]*)$/.exec(text.value)) || [];
    if (mark === undefined || !isText(text)) continue;
    const ticked = mark !== ' ';
    const box = element('input', {
      type: 'checkbox',
      class: 'task-list-item-checkbox',
      disabled: '',
      'aria-label': ticked ? 'Completed task' : 'Incomplete task',
      ...(ticked ? { checked: '' } : {}),
    });
    replaceNode(text, [box, textNode(` ${rest ?? ''}`)]);
    setAttribute(item, 'class', 'task-list-item');
    if (isElement(item.parentNode as Node, 'ul', 'ol'))
      setAttribute(item.parentNode as Element, 'class', 'contains-task-list');
  }
}

const alerts: Readonly<Record<string, IconName>> = {
  note: 'info',
  tip: 'light-bulb',
  important: 'report',
  warning: 'alert',
  caution: 'stop',
};

/** `> [!NOTE]` becomes a coloured note. */
export function raiseAlerts(tree: Parent): void {
  for (const quote of allNodes(tree)) {
    if (!isElement(quote, 'blockquote')) continue;
    const paragraph = firstChild(quote);
    const text = isElement(paragraph, 'p') ? firstChild(paragraph) : undefined;
    if (!isElement(paragraph) || !isText(text)) continue;
    const kind = /^\s*\[!(\w+)\]\s*(?:\n|$)/.exec(text.value)?.[1]?.toLowerCase() ?? '';
    const name = Object.hasOwn(alerts, kind) ? alerts[kind] : undefined;
    if (name === undefined) continue;
    text.value = text.value.replace(/^\s*\[!\w+\]\s*/, '');
    const next = paragraph.childNodes[1];
    if (text.value === '' && isElement(next, 'br')) replaceNode(next, []);
    const title = element('p', { class: 'markdown-alert-title' }, [
      ...treeOf(icon(name, { tone: 'inherit' }).markup).childNodes,
      textNode(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`),
    ]);
    replaceNode(quote, [
      element('div', { class: `markdown-alert markdown-alert-${kind}` }, [title, ...quote.childNodes]),
    ]);
  }
}

/** The first child that says something. */
function firstChild(parent: Element): Node | undefined {
  return parent.childNodes.find((node) => !isText(node) || node.value.trim() !== '');
}
