// What was seen of each agent, cell by cell, as a table for a terminal and for docs/agents.md. Judges nothing.

/** A table that fills as cells are played. */
export interface Table {
  set(row: string, agent: string, cell: string): void;
  /** A sentence that people read, kept word for word. */
  note(text: string): void;
  text(): string;
  notes(): string;
}

/** Columns: agents with their versions. */
export function createTable(agents: readonly { readonly name: string; readonly version: string }[]): Table {
  const rows = new Map<string, Map<string, string>>();
  const notes: string[] = [];
  return {
    note: (text) => void notes.push(`- ${text.replaceAll('\n', ' ').slice(0, 400)}`),
    notes: () => notes.join('\n'),
    set(row, agent, cell) {
      const cells = rows.get(row) ?? new Map<string, string>();
      cells.set(agent, cell);
      rows.set(row, cells);
    },
    text() {
      const head = ['', ...agents.map(({ name, version }) => `${name} ${version}`)];
      const lines = [...rows].map(([row, cells]) => [
        row,
        ...agents.map(({ name }) => cells.get(name) ?? 'not played'),
      ]);
      return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
    },
  };
}
