// `troupe queue`: what is not over yet, and what each run that has not begun waits for. Reads beside a running bot.
import { defined, isoTime, processClock } from '../../support/index.ts';
import type { Command } from 'commander';
import { compareInLine, listAll, liveStatuses, placesInLine } from '../../engine/index.ts';
import type { RunSummary } from '../../engine/index.ts';
import { readConfiguration } from '../common/configuration.ts';
import type { Halting } from '../../store/index.ts';
import { dataDirOf, dataDirOption, openReader, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { haltMessages } from '../common/messages-control.ts';
import { queueMessages, waitingMessages } from '../common/messages-records.ts';
import { runLine } from '../common/messages.ts';
import { providerOutMessages } from '../common/messages-providers.ts';
import { jsonOption } from '../common/options.ts';
import { printJson } from '../common/print-json.ts';
import { providersOut } from '../common/providers-out.ts';
import { waitingAnswers } from '../common/waiting-answers.ts';

interface Options {
  readonly config?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe queue`. */
export function registerQueue(program: Command, io: Io): void {
  program
    .command('queue')
    .description(
      'list what is not over yet: runs at work, the line of those that wait to begin, and what each waits for',
    )
    .option('--config <file>', 'the server file with the limits that hold')
    .option(...dataDirOption)
    .option(...jsonOption('queue'))
    .addHelpText(
      'after',
      '\nExample:\n  troupe queue --data-dir /var/lib/troupe --config /etc/troupe/troupe.config.yml',
    )
    .action((options: Options) => showQueue(options, io));
}

async function showQueue(options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const { file, serverFile } = readConfiguration(io, {
    here: true,
    ...defined({ config: options.config }),
  });
  const { limits } = serverFile;
  const { live, waiting } = await withReader(dataDir, async (journal, { tickets }) => {
    const runs = await listAll(journal, { status: liveStatuses });
    const asked = await Promise.all(runs.map(async ({ id }) => [id, await waitingAnswers(tickets, id)] as const));
    return { live: runs, waiting: new Map(asked) };
  });
  const places = placesInLine(live, limits);
  const ordered = live.toSorted((a, b) => rankOf(a) - rankOf(b) || compareInLine(a, b));
  const halted = await haltedIn(dataDir);
  if (options.json === true) {
    return printJson<'queue'>(io, {
      runs: ordered.map((run) => ({
        ...run,
        place: places.get(run.id) ?? null,
        waiting: [...(waiting.get(run.id) ?? [])],
      })),
      limits: { concurrentRuns: limits.concurrentRuns, concurrentPerRepository: limits.concurrentPerRepository },
      paused: halted === undefined ? null : { login: halted.login, at: halted.at, reason: halted.reason },
    });
  }
  if (halted !== undefined) io.note(haltMessages.holds(halted.login, isoTime(halted.at), halted.reason));
  if (ordered.length === 0) return io.note(queueMessages.empty(dataDir));
  for (const { account, message } of await providersOut(dataDir, processClock.now()))
    io.note(providerOutMessages.line(account, message));
  if (file === undefined) io.note(queueMessages.usualLimits(limits));
  for (const run of ordered) {
    io.out(runLine(run));
    for (const one of waiting.get(run.id) ?? []) io.out(`    ${waitingMessages.ofStep(one)}`);
    const place = places.get(run.id);
    if (place !== undefined) io.out(`    ${queueMessages.waits(place)}`);
    else if (run.status === 'queued') io.out(`    ${queueMessages.next}`);
  }
}

async function haltedIn(dataDir: string): Promise<Halting | undefined> {
  const reader = await openReader(dataDir);
  try {
    return await reader.halts.now();
  } finally {
    await reader.close();
  }
}

/** Who works first, then the line in its order, then who waits for people or a time. */
function rankOf(run: RunSummary): number {
  if (run.status === 'running') return 0;
  return run.status === 'queued' ? 1 : 2;
}
