// The bill as a table: comment, summary and report show it. Pure.
import type { Bill } from './shown/bill.ts';
import { billTexts } from './shown/messages.ts';
import { row } from './step-table.ts';

/** One row per step that asked somebody; empty without a bill. */
export function billTable(bill: Bill | undefined): string {
  if (bill === undefined) return '';
  const lines = bill.lines.map(({ step, who, read, written, cached, cost, source }) =>
    row([step, who, read, written, cached, cost, source]),
  );
  const table = [row(billTexts.heads), row(billTexts.heads.map(() => '---')), ...lines].join('\n');
  return bill.more === 0 ? table : `${table}\n\n${billTexts.more(bill.more)}`;
}
