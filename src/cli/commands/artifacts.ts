// `troupe artifacts`: what a run has kept — prompts, raw answers, reports. Reads beside a running bot.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { nearest, TroupeError } from '../../support/index.ts';
import { dataDirOf, dataDirOption, openReader, stateOf, withReader } from '../common/data-dir.ts';
import type { Io } from '../common/io.ts';
import { recordMessages } from '../common/messages-records.ts';
import { printJson } from '../common/print-json.ts';
import { jsonOption } from '../common/options.ts';

interface Options {
  readonly print?: string;
  readonly to?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Registers `troupe artifacts`. */
export function registerArtifacts(program: Command, io: Io): void {
  program
    .command('artifacts')
    .argument('<run>', 'the run id')
    .description('list what a run has kept: prompts, raw answers, reports; print one of them')
    .option('--print <name>', 'print this one')
    .option('--to <file>', 'with --print: write it to this file, byte for byte')
    .option(...dataDirOption)
    .option(...jsonOption('artifacts'))
    .addHelpText(
      'after',
      '\nExamples:\n  troupe artifacts rabcdefghijklmno --print plan.1.prompt.md\n  troupe artifacts rabcdefghijklmno --print run.patch --to run.patch && git apply run.patch',
    )
    .action((run: string, options: Options) => showArtifacts(run, options, io));
}

async function showArtifacts(run: string, options: Options, io: Io): Promise<void> {
  const dataDir = dataDirOf(io, options.dataDir);
  const state = await withReader(dataDir, (journal) => stateOf(journal, run, dataDir));
  const artifacts = state.artifacts ?? [];
  if (options.print !== undefined) {
    const wanted = options.print;
    const found = artifacts.findLast(({ name }) => name === wanted);
    if (found === undefined) {
      const names = [...new Set(artifacts.map(({ name }) => name))];
      throw new TroupeError('cli/no-artifact', recordMessages.noArtifact(wanted, nearest(wanted, names)), {
        class: 'config',
        hint: recordMessages.artifactsHint(names),
      });
    }
    const bytes = await readBlob(dataDir, found.sha256);
    if (bytes === undefined)
      throw new TroupeError('cli/no-artifact', recordMessages.artifactGone(wanted), { class: 'config' });
    if (options.to === undefined) return io.out(Buffer.from(bytes).toString('utf8'));
    await writeFile(resolve(io.cwd, options.to), bytes);
    return io.note(recordMessages.artifactWritten(wanted, options.to, bytes.length));
  }
  if (options.json === true) return printJson<'artifacts'>(io, { run: state.id, artifacts });
  if (artifacts.length === 0) return io.note(recordMessages.noArtifacts);
  for (const { name, bytes, mediaType, sha256 } of artifacts)
    io.out(`${name}  ${bytes} bytes  ${mediaType}  ${sha256.slice(0, 12)}`);
}

async function readBlob(dataDir: string, sha256: string): Promise<Uint8Array | undefined> {
  const reader = await openReader(dataDir);
  try {
    return await reader.blobs.get(sha256);
  } finally {
    await reader.close();
  }
}
