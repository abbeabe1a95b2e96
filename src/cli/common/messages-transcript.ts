// What `troupe transcript` says.
import { compareDecimal, oneLine } from '../../support/index.ts';
import type { TranscriptRow } from '../../personas/index.ts';

type Row<Kind extends TranscriptRow['kind']> = Extract<TranscriptRow, { kind: Kind }>;

/** What a persona does with a tool. */
const verbs: Readonly<Record<string, string>> = {
  read: 'Reads',
  search: 'Searches',
  edit: 'Edits',
  execute: 'Runs',
  web: 'Looks up',
};
const states = { open: '', done: ': done', failed: ': failed' } as const;

/** Sentences of `troupe transcript`. */
export const transcriptSentences = {
  none: (step: string): string => `Nothing is kept of what was done in step "${step}"`,
  noneHint:
    'Steps that ask a persona have a transcript once they were asked. Runs of an older Troupe have none, and what is past its time is removed.',
  noAttempt: (step: string, attempt: string): string => `Nothing is kept of attempt ${attempt} of step "${step}"`,
  attemptsHint: (attempts: readonly number[]): string => `There is something of: ${attempts.join(', ')}.`,
  gone: (pieces: number): string =>
    `${pieces === 1 ? '1 piece is' : `${pieces} pieces are`} past their time and were removed`,
  unreadable: (lines: number): string => `${lines === 1 ? '1 line cannot' : `${lines} lines cannot`} be read`,
  wrote: (file: string, rows: number): string => `Wrote ${file} (${rows === 1 ? '1 entry' : `${rows} entries`})`,
  page: (step: string, run: string): string => `Transcript of ${step}, run ${run}`,
  attempt: (attempt: number, request: string): string => `Attempt ${attempt} · request ${request}`,
  moreLines: (lines: number): string => `… ${lines} more ${lines === 1 ? 'line' : 'lines'}: --full shows them`,
  message({ from, thought }: Row<'message'>): string {
    if (from === 'troupe') return 'Troupe wrote';
    return thought === true ? 'It thought' : 'It said';
  },
  tool({ tool, title, paths = [], state }: Row<'tool'>): string {
    const verb = verbs[tool];
    const [path] = paths;
    const what = tool === 'execute' || path === undefined ? title : path;
    return `${verb === undefined ? `Uses ${title === '' ? tool : title}` : `${verb} ${what}`.trim()}${states[state]}`;
  },
  permission: ({ answer, tool, title, reason }: Row<'permission'>): string =>
    `${answer === 'allowed' ? 'May' : 'May not'} ${tool}${title === '' ? '' : ` (${oneLine(title, 120)})`}${reason === undefined ? '' : `, because ${reason}`}`,
  model({ model, inputTokens, outputTokens, cacheReadTokens, costUsd, status }: Row<'model'>): string {
    const parts = [
      inputTokens === undefined ? [] : [`${inputTokens} in`],
      cacheReadTokens === undefined ? [] : [`${cacheReadTokens} of these from a cache`],
      outputTokens === undefined ? [] : [`${outputTokens} out`],
      costUsd === undefined ? ['price unknown'] : compareDecimal(costUsd, '0') === 0 ? [] : [`$${costUsd}`],
    ].flat();
    return `Asked ${model}: ${status === 0 ? 'no answer' : status}${parts.length === 0 ? '' : ` · ${parts.join(' · ')}`}`;
  },
  refused: ({ host, port }: Row<'refused'>): string => `Not let out to ${host}:${port}`,
  result: ({ status }: Row<'result'>): string => `Result: ${status}`,
  note: 'Note',
};
