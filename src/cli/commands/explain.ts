// `troupe explain owner/repo#7`: what came for an issue, what was decided about it and why, and its runs. Reads beside a running bot.
import type { Command } from 'commander';
import { isObject, TroupeError } from '../../support/index.ts';
import { dataDirOf, dataDirOption, openReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { runLine } from '../common/messages.ts';
import { decisionLines, inboxMessages } from '../common/messages-control.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption, limitFrom } from '../common/options.ts';

interface Options {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly limit: string;
}

/** Registers `troupe explain`. */
export function registerExplain(program: Command, io: Io): void {
  program
    .command('explain')
    .argument('<issue>', 'owner/repo#number')
    .description('tell why something ran for an issue or pull request, or did not')
    .option('--limit <count>', 'at most so many events', '20')
    .option(...dataDirOption)
    .option(...jsonOption('explain'))
    .addHelpText('after', '\nExample:\n  troupe explain acme/shop#7')
    .action((issue: string, options: Options) => explain(issue, options, io));
}

async function explain(issue: string, options: Options, io: Io): Promise<void> {
  const [, repository = '', number = ''] = /^([\w.-]+\/[\w.-]+)#(\d+)$/.exec(issue) ?? [];
  if (repository === '') throw new TroupeError('cli/bad-issue', inboxMessages.badIssue(issue), { class: 'config' });
  const limit = limitFrom(options.limit);
  const reader = await openReader(dataDirOf(io, options.dataDir));
  try {
    const entries = await reader.inbox.about(repository, Number(number), limit);
    const repositoryId = entries.find((entry) => entry.repositoryId !== null)?.repositoryId ?? undefined;
    const { items: runs } =
      repositoryId === undefined
        ? { items: [] }
        : await reader.journal.list({ repositoryId, taskNumber: Number(number), limit: 20 });
    if (options.json === true) {
      const events = entries.map(({ payload, lastError, ...rest }) => ({
        ...rest,
        note: lastError,
        sender: senderOf(payload),
      }));
      return printJson<'explain'>(io, { events, runs });
    }
    if (entries.length === 0 && runs.length === 0) return io.note(inboxMessages.nothing(issue));
    if (runs.length > 0) io.out(inboxMessages.runs);
    for (const run of runs) io.out(runLine(run));
    io.out(inboxMessages.events);
    for (const entry of entries) for (const line of decisionLines(entry)) io.out(line);
  } finally {
    await reader.close();
  }
}

function senderOf(payload: unknown): string | null {
  const sender = isObject(payload) && isObject(payload['sender']) ? payload['sender']['login'] : null;
  return typeof sender === 'string' ? sender : null;
}
