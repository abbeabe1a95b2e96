// The command line as a person has it: real processes of bin/troupe.js in a working copy of their own, with an environment of their own.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { builtProgram } from './built-program.ts';
import { demoRepository } from '../../src/local-github/index.ts';
import { plainGit } from './git-world.ts';
import { goodAnswers } from './good-answers.ts';
import type { Answers } from './good-answers.ts';

const root = resolve(import.meta.dirname, '../..');

/** The checkout's own Node. */
export const ownNode = join(root, 'node_modules/.bin/node');
/** What a person starts: the checkout as it is, built as for a package. */
export const troupeBin = await builtProgram();
/** What starts the source: the same, but slower. */
export const checkoutBin = join(root, 'bin/troupe.js');

/** What is compiled is kept between processes, and between runs of the tests: a story starts many. */
export const compileCache = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/troupe-tests') };

/** How a process of the command line ended, with everything it said. */
export interface CliEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a process runs. */
export interface CliOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  /** Instead of `troupeBin`. */
  readonly program?: string;
  readonly nodeArguments?: readonly string[];
}

/** A process that is still at work. */
export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<CliEnd>;
  /** Resolves when the process has said it on stdout or stderr; rejects when it ends before. */
  said(text: string): Promise<void>;
}

/** Runs `troupe …` to its end. */
export function troupe(argv: readonly string[], options: CliOptions = {}): Promise<CliEnd> {
  return startTroupe(argv, options).ended;
}

/** Starts `troupe …` in a pipe. */
export function startTroupe(argv: readonly string[], options: CliOptions = {}): CliProcess {
  const home = options.cwd ?? tmpdir();
  const child = spawn(
    options.node ?? ownNode,
    [...(options.nodeArguments ?? []), options.program ?? troupeBin, ...argv],
    {
      cwd: options.cwd ?? root,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: join(home, '.no-home'),
        LANG: 'C.UTF-8',
        ...compileCache,
        ...options.env,
      },
      stdio: 'pipe',
    },
  );
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    for (const listener of listeners) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    for (const listener of listeners) listener();
  });
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  const ended = new Promise<CliEnd>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => settle({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    said(text) {
      return new Promise<void>((settle, reject) => {
        function look(): void {
          if (!`${stdout}${stderr}`.includes(text)) return;
          listeners.delete(look);
          settle();
        }
        listeners.add(look);
        look();
        void ended.then(({ code }) =>
          reject(new Error(`It ended with ${code} and never said "${text}":\n${stdout}${stderr}`)),
        );
      });
    },
  };
}

/** A person's working copy: a real repository whose tests fail, and an answers file outside it. */
export interface WorkingCopy {
  /** The working copy. */
  readonly path: string;
  git(...args: readonly string[]): string;
  /** An answers file with these over the good ones; returns its path. */
  answers(name: string, changed?: Answers): string;
  remove(): void;
}

const hotfixAnswers = { 'hotfix-specialist': { ...goodAnswers['lead-engineer'] } };

/** Makes a working copy with the cart of the demo and `verify` set. */
export function makeWorkingCopy(files: Readonly<Record<string, string>> = {}): WorkingCopy {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-desk-'));
  const path = join(dir, 'cart');
  const all = { ...demoRepository, '.github/troupe.yml': 'verify:\n  - [node, test/cart.test.js]\n', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  plainGit(path, 'init', '--quiet', '--initial-branch=main');
  plainGit(path, 'config', 'user.name', 'Ada');
  plainGit(path, 'config', 'user.email', 'ada@example.test');
  plainGit(path, 'add', '--all');
  plainGit(path, 'commit', '--quiet', '--message', 'Add the cart');
  return {
    path,
    git: (...args) => plainGit(path, ...args),
    answers(name, changed = {}) {
      const file = join(dir, name);
      writeFileSync(file, JSON.stringify({ ...goodAnswers, ...hotfixAnswers, ...changed }));
      return file;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
