// A program as people read it: `claude-code 2.1.3 (claude-agent-acp 0.101.0)`. Its own words are hostile: a line of plain characters is left of them.
import { oneLine } from '../../support/index.ts';
import type { AgentId } from './types.ts';

/** The words; empty for one that has no name. */
export function agentWords({ name, version, through }: AgentId): string {
  const own = plain([name, version]);
  const adapter = through === undefined ? '' : plain([through.name, through.version]);
  if (own === '' || adapter === '') return own === '' ? adapter : own;
  return `${own} (${adapter})`;
}

function plain(words: readonly (string | undefined)[]): string {
  const text = words.filter((word) => word !== undefined).join(' ');
  // a trailer is one line, and nobody is mentioned in it
  return oneLine(text.slice(0, 1_000).replaceAll(/[^\p{L}\p{N}._+/ -]/gu, ''), 60);
}
