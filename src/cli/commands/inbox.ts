// `troupe inbox list|show|retry`: deliveries as they came, and those that were given up. Reads beside a running bot; `retry` asks it.
import type { Command } from 'commander';
import type { DeliveryState, InboxEntry, Reader } from '../../store/index.ts';
import { TroupeError } from '../../support/index.ts';
import { retryDelivery } from '../common/control.ts';
import { dataDirOf, dataDirOption, openReader } from '../common/data-dir.ts';
import { exitCodes } from '../common/io.ts';
import type { Io } from '../common/io.ts';
import { decisionLines, deliveryLine, inboxMessages } from '../common/messages-control.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption, limitFrom } from '../common/options.ts';

const states: readonly DeliveryState[] = ['new', 'working', 'done', 'ignored', 'dead'];

interface Options {
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly state: string;
  readonly limit: string;
  readonly payload?: boolean;
}

/** Registers `troupe inbox`. */
export function registerInbox(program: Command, io: Io): void {
  const inbox = program
    .command('inbox')
    .description('deliveries: list them, look at one, handle one again')
    .addHelpText('after', '\nExample:\n  troupe inbox list --state dead');
  inbox
    .command('list')
    .description('list deliveries, oldest first')
    .option('--state <state>', `only this state: ${states.join(', ')}`, 'dead')
    .option('--limit <count>', 'at most so many', '50')
    .option(...dataDirOption)
    .option(...jsonOption('inbox-list'))
    .addHelpText('after', '\nExample:\n  troupe inbox list --state dead')
    .action((options: Options) => list(options, io));
  inbox
    .command('show')
    .argument('<delivery>', 'the delivery id')
    .description('tell what became of a delivery, and why')
    .option('--payload', 'with what GitHub sent')
    .option(...dataDirOption)
    .option(...jsonOption('inbox-show'))
    .addHelpText('after', '\nExample:\n  troupe inbox show 72d3162e-cc78-11e3-81ab-4c9367dc0958')
    .action((id: string, options: Options) => show(id, options, io));
  inbox
    .command('retry')
    .argument('<delivery>', 'the delivery id')
    .description('handle a delivery that was given up once more')
    .option(...dataDirOption)
    .option(...jsonOption('inbox-retry'))
    .addHelpText('after', '\nExample:\n  troupe inbox retry 72d3162e-cc78-11e3-81ab-4c9367dc0958')
    .action((id: string, options: Options) => retry(id, options, io));
}

async function list(options: Options, io: Io): Promise<void> {
  const state = states.find((one) => one === options.state);
  if (state === undefined)
    throw new TroupeError('cli/bad-state', inboxMessages.badState(options.state), {
      class: 'config',
      hint: inboxMessages.badStateHint,
    });
  const limit = limitFrom(options.limit);
  const entries = await reading(options, io, (inbox) => inbox.list(state, limit));
  if (options.json === true)
    return printJson<'inbox-list'>(io, { deliveries: entries.map(({ payload: _payload, ...rest }) => rest) });
  if (entries.length === 0) return io.note(inboxMessages.empty(state));
  for (const entry of entries) io.out(deliveryLine(entry));
}

async function show(id: string, options: Options, io: Io): Promise<void> {
  const { payload, ...entry } = await known(id, options, io);
  if (options.json === true)
    return printJson<'inbox-show'>(io, options.payload === true ? { ...entry, payload } : entry);
  for (const line of decisionLines({ ...entry, payload })) io.out(line);
  if (options.payload === true) io.out(JSON.stringify(payload, null, 2));
}

async function retry(id: string, options: Options, io: Io): Promise<void> {
  await known(id, options, io);
  const retried = await retryDelivery(dataDirOf(io, options.dataDir), id);
  if (options.json === true) printJson<'inbox-retry'>(io, { retried });
  else if (retried) io.out(inboxMessages.retried(id));
  else io.note(inboxMessages.notRetried(id));
  if (!retried) io.exit(exitCodes.failed);
}

async function known(id: string, options: Options, io: Io): Promise<InboxEntry> {
  const entry = await reading(options, io, (inbox) => inbox.get(id));
  if (entry !== undefined) return entry;
  throw new TroupeError('cli/no-delivery', inboxMessages.unknown(id), {
    class: 'config',
    hint: inboxMessages.unknownHint,
  });
}

async function reading<Result>(
  options: Options,
  io: Io,
  work: (inbox: Reader['inbox']) => Promise<Result>,
): Promise<Result> {
  const reader = await openReader(dataDirOf(io, options.dataDir));
  try {
    return await work(reader.inbox);
  } finally {
    await reader.close();
  }
}
