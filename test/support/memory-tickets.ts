// Tickets in memory: for tests whose process does not die. Passes the suite that every backend passes.
import type { TicketRow, Tickets } from '../../src/engine/index.ts';
import type { Clock } from '../../src/support/index.ts';

/** A port without rows. */
export function createMemoryTickets(clock: Clock): Tickets {
  const rows = new Map<string, TicketRow>();
  const listeners = new Set<() => void>();
  function tell(): void {
    for (const listener of listeners) listener();
  }
  function due(): TicketRow[] {
    return [...rows.values()]
      .filter(({ state, nextAt }) => state !== 'over' && nextAt !== null)
      .toSorted((a, b) => (a.nextAt ?? 0) - (b.nextAt ?? 0));
  }
  return {
    async open(row) {
      const known = rows.get(row.requestId);
      if (known !== undefined) return known;
      const now = clock.now();
      const made: TicketRow = { ...row, state: 'sending', failures: 0, reply: null, createdAt: now, updatedAt: now };
      rows.set(row.requestId, made);
      tell();
      return made;
    },
    async move(requestId, from, change) {
      const row = rows.get(requestId);
      if (row === undefined || !from.includes(row.state)) return undefined;
      const moved = { ...row, ...change, updatedAt: clock.now() };
      rows.set(requestId, moved);
      tell();
      return moved;
    },
    get: async (requestId) => rows.get(requestId),
    of: async (run) => [...rows.values()].filter((row) => row.run === run),
    async take(now, until, limit) {
      const taken = due()
        .filter(({ nextAt }) => (nextAt ?? 0) <= now)
        .slice(0, limit)
        .map((row) => ({ ...row, nextAt: until }));
      for (const row of taken) rows.set(row.requestId, row);
      return taken;
    },
    nextAt: async () => due()[0]?.nextAt ?? undefined,
    runs: async () => [...new Set([...rows.values()].filter(({ state }) => state !== 'over').map(({ run }) => run))],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
