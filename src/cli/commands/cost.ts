// `troupe cost`: what the runs that are kept took, added up from their journals. Reads beside a running bot.
import type { Command } from 'commander';
import { listAll } from '../../engine/index.ts';
import { isoTime, nearest, oneLine, TroupeError } from '../../support/index.ts';
import type { Reader } from '../../store/index.ts';
import { requestsOf, sumOf, sumsBy } from '../common/cost-sums.ts';
import type { CostLine, CostRequest, CostSum } from '../common/cost-sums.ts';
import { dataDirOf, dataDirOption, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { costMessages } from '../common/messages-cost.ts';
import { jsonOption, sinceFrom } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';
import { plainLine } from '../common/transcript-words.ts';
import { costGroups } from '../schemas/cost-groups.ts';
import type { CostGroup } from '../schemas/cost-groups.ts';

interface Options {
  readonly by: string;
  readonly since?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe cost`. */
export function registerCost(program: Command, io: Io): void {
  program
    .command('cost')
    .description('add up what runs cost and read and wrote, by day, persona, repository, workflow or model')
    .option('--by <what>', costGroups.join(', '), 'day')
    .option('--since <when>', 'a duration (7d) or a date (2026-11-20): only requests that ended after it')
    .option(...dataDirOption)
    .option(...jsonOption('cost'))
    .addHelpText('after', '\nExample:\n  troupe cost --by persona --since 7d')
    .action((options: Options) => showCost(options, io));
}

async function showCost(options: Options, io: Io): Promise<void> {
  const group = groupFrom(options.by);
  const since = options.since === undefined ? undefined : sinceFrom(options.since);
  const dataDir = dataDirOf(io, options.dataDir);
  const requests = await withReader(dataDir, (journal) => requestsSince(journal, since ?? 0));
  const lines = sumsBy(group, requests);
  const total = sumOf(requests);
  if (options.json === true) return printJson<'cost'>(io, { by: group, since: since ?? null, lines, total });
  if (lines.length === 0)
    return io.note(costMessages.nothing(dataDir, since === undefined ? undefined : isoTime(since)));
  for (const line of tableOf(group, { lines, total })) io.out(line);
}

async function requestsSince(journal: Reader['journal'], since: number): Promise<readonly CostRequest[]> {
  const runs = await listAll(journal, {});
  const found: CostRequest[] = [];
  // one journal at a time: there may be many, and large ones
  for (const { id, finishedAt = Number.POSITIVE_INFINITY } of runs)
    if (finishedAt >= since) found.push(...requestsOf(await journal.read(id), since));
  return found;
}

function groupFrom(text: string): CostGroup {
  const found = costGroups.find((group) => group === text);
  if (found !== undefined) return found;
  throw new TroupeError('cli/bad-group', costMessages.badGroup(text, nearest(text, costGroups)), {
    class: 'config',
    hint: costMessages.groupsHint(costGroups),
  });
}

/** Names to the left, counts to the right, the cost as the last. */
function tableOf(
  group: CostGroup,
  { lines, total }: { readonly lines: readonly CostLine[]; readonly total: CostSum },
): readonly string[] {
  const rows = [
    costMessages.head(group),
    // names of models are what agents say
    ...lines.map((line) => [
      oneLine(plainLine(line.key ?? costMessages.unknown(group)), 60),
      ...costMessages.columns(line),
    ]),
    ...(lines.length === 1 ? [] : [[costMessages.total, ...costMessages.columns(total)]]),
  ];
  const widths = costMessages.head(group).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => {
        if (at === row.length - 1) return cell;
        return at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
      })
      .join('  '),
  );
}
