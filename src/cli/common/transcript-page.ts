// A transcript as one page that needs nothing else and runs nothing: no script, no picture, no address that is opened. Pure.
import type { TranscriptRow } from '../../personas/index.ts';
import { transcriptSentences as say } from './messages-transcript.ts';
import { plainLine, rowWords } from './transcript-words.ts';

/** What it is a transcript of. */
export interface PageHead {
  readonly run: string;
  readonly step: string;
}

/** Longer texts are folded. */
const openLines = 24;

/** The page. */
export function transcriptPage({ run, step }: PageHead, rows: readonly TranscriptRow[]): string {
  const title = escaped(plainLine(say.page(step, run)));
  const body = rows.map((row, index) => {
    const before = rows[index - 1];
    const isNew = before?.attempt !== row.attempt || before.request !== row.request;
    return `${isNew ? `<h2>${escaped(plainLine(say.attempt(row.attempt, row.request)))}</h2>\n` : ''}${rowAsHtml(row)}`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
${body.join('\n')}
</body>
</html>
`;
}

function rowAsHtml(row: TranscriptRow): string {
  const { time, mark, title, body, tone } = rowWords(row);
  const line = `<time>${escaped(time)}</time> <b>${escaped(mark)} ${escaped(title)}</b>`;
  if (body === '') return `<div class="row ${tone}">${line}</div>`;
  const text = `<pre>${escaped(body)}</pre>`;
  const isShort = body.split('\n').length <= openLines;
  const words = isShort ? `${line}${text}` : `<details><summary>${line}</summary>${text}</details>`;
  return `<div class="row ${tone}">${words}</div>`;
}

/** Nothing of it is markup, wherever it stands. */
function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };
  return text.replaceAll(/[&<>"']/g, (found) => `&${names[found] ?? ''};`);
}

const style = `
:root { color-scheme: light dark; --line: #8884; --did: #9a6700; --good: #1a7f37; --bad: #cf222e; --asked: #0969da; }
@media (prefers-color-scheme: dark) { :root { --did: #d29922; --good: #3fb950; --bad: #f85149; --asked: #58a6ff; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
.row { border-left: 3px solid var(--line); padding: .25rem .75rem; margin: .25rem 0; overflow-wrap: anywhere; }
time { color: #888; font-variant-numeric: tabular-nums; font-size: .85em; } b { font-weight: 600; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .25rem 0; font: 13px/1.45 ui-monospace, monospace; }
summary { cursor: pointer; } .quiet { opacity: .75; }
.asked { border-color: var(--asked); } .did { border-color: var(--did); } .did b { color: var(--did); }
.good { border-color: var(--good); } .good b { color: var(--good); } .bad { border-color: var(--bad); } .bad b { color: var(--bad); }
`;
