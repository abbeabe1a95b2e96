// The style sheets of the pages: GitHub's own for Markdown, ours for what is around it.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { pagesStyle } from './style.ts';

/** A file that pages name. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

/** An asset by its name. */
export async function assetNamed(name: string): Promise<Asset | undefined> {
  const css = 'text/css; charset=utf-8';
  switch (name) {
    case 'github-markdown.css':
      return {
        type: css,
        text: await readFile(fileURLToPath(import.meta.resolve('github-markdown-css/github-markdown.css')), 'utf8'),
      };
    case 'pages.css':
      return { type: css, text: pagesStyle };
    case 'icon.svg':
      return { type: 'image/svg+xml', text: favicon };
    default:
      return undefined;
  }
}

const favicon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="8" fill="#1a7f37"/><path d="M4 8.2l2.7 2.7L12 5.6" fill="none" stroke="#fff" stroke-width="2"/></svg>';
