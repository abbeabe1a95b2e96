// The tickets in memory against the suite that every backend passes.
import { createMemoryTickets } from '../support/memory-tickets.ts';
import { ticketsConformance } from './tickets-conformance.ts';

ticketsConformance('memory', async (clock) => ({ tickets: createMemoryTickets(clock), close: async () => undefined }));
