// The journal in memory against the suite that every backend passes.
import { createMemoryJournal } from '../support/memory-journal.ts';
import { journalConformance } from './journal-conformance.ts';

journalConformance('SQLite in memory', async (options) => {
  const journal = await createMemoryJournal({ ...options, beats: true });
  return {
    journal,
    reopen: () => journal.reopen(),
    beside: (clock) => journal.beside(clock),
    close: () => journal.close(),
  };
});
