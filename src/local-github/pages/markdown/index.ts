// Markdown as GitHub shows it, in a browser and in a terminal.
export { commitCandidates } from './mentions.ts';
export type { Links } from './mentions.ts';
export { renderMarkdown } from './render.ts';
export { terminalMarkdown } from './terminal.ts';
