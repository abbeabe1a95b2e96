// The journal in memory against the suite that every backend passes.
import { createMemoryJournal } from '../support/memory-journal.ts';
import { journalConformance } from './journal-conformance.ts';

journalConformance('SQLite in memory', async (options) => {
  const journal = await createMemoryJournal(options);
  return { journal, reopen: () => journal.reopen(), close: () => journal.close() };
});
