// How a run was started at this desk, kept beside its journal: `troupe resume` needs no options then. Holds paths, names and the keys of a step, redacted.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSpec } from '../../engine/index.ts';
import { isObject, parseJson } from '../../support/index.ts';
import type { RunId } from '../../support/index.ts';

/** The options that a run cannot go on without. Paths are absolute. */
export interface StartedWith {
  readonly config?: string;
  readonly answers?: string;
  readonly provider?: string;
  readonly collectErrors?: boolean;
  /** Only to tell how the run was started: its settings have the values already. */
  readonly environment?: string;
  /** Only to tell how the run was started: its workflow has the word already. */
  readonly onFailure?: string;
  /** The file that the workflow was read from, where it was named by its file. */
  readonly file?: string;
  /** What follows `troupe step run`: the type, then its keys. */
  readonly step?: readonly string[];
}

/** Keeps it. */
export function remember(dataDir: string, run: RunId, started: StartedWith): void {
  mkdirSync(join(dataDir, 'desk'), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(dataDir, run), JSON.stringify(started), { mode: 0o600 });
}

/** What was kept for the run, or for the one that it follows; nothing where nothing was. */
export function recall(dataDir: string, spec: Pick<RunSpec, 'id' | 'followUp'>): StartedWith {
  const file = [spec.id, spec.followUp?.run]
    .flatMap((run) => (run === undefined ? [] : [fileOf(dataDir, run)]))
    .find((path) => existsSync(path));
  if (file === undefined) return {};
  const value: unknown = parseJson(readFileSync(file, 'utf8'));
  return isObject(value) ? startedWith(value) : {};
}

function startedWith(value: { readonly [key: string]: unknown }): StartedWith {
  const { config, answers, provider, collectErrors, environment, onFailure, file, step } = value;
  return {
    ...(typeof config === 'string' ? { config } : {}),
    ...(typeof answers === 'string' ? { answers } : {}),
    ...(typeof provider === 'string' ? { provider } : {}),
    ...(typeof collectErrors === 'boolean' ? { collectErrors } : {}),
    ...(typeof environment === 'string' ? { environment } : {}),
    ...(typeof onFailure === 'string' ? { onFailure } : {}),
    ...(typeof file === 'string' ? { file } : {}),
    ...(Array.isArray(step) ? { step: step.map(String) } : {}),
  };
}

function fileOf(dataDir: string, run: RunId): string {
  return join(dataDir, 'desk', `${run}.json`);
}
