// Which agent programs this machine has, and their versions: on the PATH, or in the folder that TROUPE_AGENTS names. Installs nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clis } from './clis.ts';
import type { Cli } from './clis.ts';

/** A program that is there. */
export interface Program {
  readonly cli: Cli;
  readonly version: string;
}

/** The PATH with the programs of the folder first: its own `node_modules`, and those of the folders in it. */
export const agentPath = [...placesIn(process.env['TROUPE_AGENTS']), process.env['PATH'] ?? ''].join(':');

/** What is there, what is missing, and whether somebody asked for what is missing (`TROUPE_AGENT_NAMES=opencode,codex`). */
export function findPrograms(): {
  readonly found: readonly Program[];
  readonly missing: readonly Cli[];
  readonly problem?: string;
} {
  const names = (process.env['TROUPE_AGENT_NAMES'] ?? '').split(',').filter((name) => name !== '');
  const unknown = names.filter((name) => !clis.some((cli) => cli.name === name));
  const wanted = names.length === 0 ? clis : clis.filter(({ name }) => names.includes(name));
  const found = wanted.flatMap((cli) => (isThere(cli.program) ? [{ cli, version: versionOf(cli.program) }] : []));
  const missing = wanted.filter((cli) => !found.some((one) => one.cli === cli));
  const isAsked = names.length > 0;
  if (unknown.length > 0) return { found, missing, problem: `Nobody knows the agents ${unknown.join(', ')}` };
  if (found.length === 0 || (isAsked && missing.length > 0)) return { found, missing, problem: installsOf(missing) };
  return { found, missing };
}

/** What people read of programs that are missing. */
export function installsOf(missing: readonly Cli[]): string {
  return missing.map(({ name, packages }) => `${name} is missing: npm install ${packages.join(' ')}`).join('\n');
}

function placesIn(folder: string | undefined): readonly string[] {
  if (folder === undefined || folder === '') return [];
  const folders = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  return folders.map((one) => join(one, 'node_modules/.bin')).filter((one) => existsSync(one));
}

function isThere(program: string): boolean {
  return agentPath.split(':').some((folder) => existsSync(join(folder, program)));
}

function versionOf(program: string): string {
  const home = mkdtempSync(join(tmpdir(), 'troupe-version-'));
  try {
    const { stdout } = spawnSync(program, ['--version'], {
      env: { PATH: agentPath, HOME: home, LANG: 'C.UTF-8' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /\d+\.\d+\.\d+(?:-\w+(?:\.\w+)*)?/.exec(stdout)?.[0] ?? 'unknown';
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
