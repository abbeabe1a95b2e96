// Does what the runner of GitHub Actions does with an action: inputs with their defaults, file commands, masks, commands in the log, main and post.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';

/** The Node that tests and jobs run on: version 24. */
const nodePath = resolve(import.meta.dirname, '../../node_modules/.bin/node');

/** A job with one step that uses an action. */
export interface JobOptions {
  /** The folder with action.yml. */
  readonly action: string;
  readonly event: string;
  readonly payload: object;
  /** `with:` of the step. */
  readonly with?: Readonly<Record<string, string>>;
  /** `${{ github.token }}`. */
  readonly token: string;
  readonly repository: string;
  readonly sha: string;
  readonly actor: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** `env:` of the step. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files of the checkout. */
  readonly workspace?: Readonly<Record<string, string>>;
  readonly runId?: number;
  readonly attempt?: number;
  /** The machine is gone with the main step: nobody runs the post step. */
  readonly vanishes?: boolean;
  /** Aborted when somebody cancels the run. */
  readonly signal?: AbortSignal;
  /** Told of each line as it is written; `end` sends the signals of a cancelled job. */
  onLine?(line: string, end: (signal?: NodeJS.Signals) => void): void;
}

/** What the runner knows after the job. */
export interface JobResult {
  readonly exitCode: number;
  readonly postExitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: string;
  readonly summary: string;
  /** The log as people see it: masked. */
  readonly log: string;
  readonly annotations: readonly { readonly level: string; readonly message: string; readonly properties: string }[];
  readonly masks: readonly string[];
  /** Commands in the log that change the job: a step of ours never writes one. */
  readonly forbidden: readonly string[];
}

interface Definition {
  readonly inputs?: Readonly<Record<string, { readonly default?: string | boolean }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string };
}

const annotating = new Set(['error', 'warning', 'notice']);
const harmlessCommands = new Set(['group', 'endgroup', 'debug', 'add-mask', ...annotating]);

/** Runs the job: main, then post. */
export async function runJob(options: JobOptions): Promise<JobResult> {
  // the file is read as the runner reads it; a missing key fails the test
  const definition = parse(readFileSync(join(options.action, 'action.yml'), 'utf8')) as Definition;
  if (definition.runs.using !== 'node24') throw new Error(`The runner has no ${definition.runs.using}`);
  const temp = mkdtempSync(join(tmpdir(), 'mini-runner-'));
  const workspace = join(temp, 'workspace');
  mkdirSync(workspace);
  for (const [path, text] of Object.entries(options.workspace ?? {})) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const eventPath = join(temp, 'event.json');
  writeFileSync(eventPath, JSON.stringify(options.payload));
  const commands = join(temp, '_runner_file_commands');
  mkdirSync(commands);
  const masks = [options.token];
  const found = {
    annotations: [] as JobResult['annotations'][number][],
    forbidden: [] as string[],
    log: [] as string[],
  };

  function environmentOf(step: string, state: Readonly<Record<string, string>>): Record<string, string> {
    const files = Object.fromEntries(
      ['OUTPUT', 'ENV', 'STATE', 'PATH', 'STEP_SUMMARY'].map((name) => [
        `GITHUB_${name}`,
        join(commands, `${step}_${name}`),
      ]),
    );
    for (const file of Object.values(files)) writeFileSync(file, '');
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: temp,
      LANG: 'C.UTF-8',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: options.event,
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_REPOSITORY: options.repository,
      GITHUB_SHA: options.sha,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_ACTOR: options.actor,
      GITHUB_ACTOR_ID: '1',
      GITHUB_WORKFLOW: 'Troupe',
      GITHUB_JOB: 'troupe',
      GITHUB_ACTION: '__troupe',
      GITHUB_RUN_ID: String(options.runId ?? 4711),
      GITHUB_RUN_NUMBER: '1',
      GITHUB_RUN_ATTEMPT: String(options.attempt ?? 1),
      GITHUB_API_URL: options.apiUrl,
      GITHUB_SERVER_URL: options.serverUrl,
      GITHUB_GRAPHQL_URL: `${options.apiUrl.replace(/\/v3$/, '')}/graphql`,
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: temp,
      RUNNER_OS: 'Linux',
      TROUPE_WRITE_INTERVAL_MS: '0',
      ...files,
      ...options.env,
      ...inputsOf(definition, options),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
    };
  }

  const mainEnvironment = environmentOf('main', {});
  const main = { script: join(options.action, definition.runs.main), signal: options.signal };
  const exitCode = await runScript(main, mainEnvironment, take);
  const state = fileCommands(mainEnvironment['GITHUB_STATE']);
  const postEnvironment = environmentOf('post', state);
  const { post } = definition.runs;
  const postExitCode =
    post === undefined || options.vanishes === true
      ? 0
      : await runScript({ script: join(options.action, post), signal: undefined }, postEnvironment, take);
  return {
    exitCode,
    postExitCode,
    outputs: fileCommands(mainEnvironment['GITHUB_OUTPUT']),
    env: { ...fileCommands(mainEnvironment['GITHUB_ENV']), ...fileCommands(postEnvironment['GITHUB_ENV']) },
    path: read(mainEnvironment['GITHUB_PATH']),
    summary: read(mainEnvironment['GITHUB_STEP_SUMMARY']) + read(postEnvironment['GITHUB_STEP_SUMMARY']),
    log: masked(found.log.join('\n'), masks),
    annotations: found.annotations,
    masks,
    forbidden: found.forbidden,
  };

  function take(line: string, end: (signal?: NodeJS.Signals) => void): void {
    // as the runner's ActionCommand: `::name properties::message` at the start of a line, `##[name]` anywhere
    const [, name, properties = '', message = ''] = /^\s*::([\w-]+)([^:]*(?::(?!:)[^:]*)*)::(.*)$/.exec(line) ?? [];
    const old = /##\[([\w-]+)/.exec(line)?.[1];
    const command = (name ?? old)?.toLowerCase();
    if (command === 'add-mask') masks.push(decoded(message));
    else if (command !== undefined && annotating.has(command))
      found.annotations.push({ level: command, message: decoded(message), properties });
    if (command !== undefined && (!harmlessCommands.has(command) || old !== undefined)) found.forbidden.push(line);
    if (command !== 'add-mask') found.log.push(line);
    options.onLine?.(line, end);
  }
}

/** An action as a job gets it: only action.yml and dist, away from the repository. `dist`: a fresh bundle. */
export function downloadAction(root: string, dist: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'mini-action-'));
  cpSync(join(root, 'action.yml'), join(dir, 'action.yml'));
  cpSync(join(root, 'validate'), join(dir, 'validate'), { recursive: true });
  cpSync(dist, join(dir, 'dist/action'), { recursive: true });
  return dir;
}

function inputsOf(definition: Definition, options: JobOptions): Record<string, string> {
  const known = Object.entries(definition.inputs ?? {});
  for (const name of Object.keys(options.with ?? {}))
    if (!known.some(([key]) => key === name)) throw new Error(`Unexpected input '${name}'`);
  return Object.fromEntries(
    known.map(([name, { default: standard }]) => {
      const value = options.with?.[name] ?? String(standard ?? '').replace('${{ github.token }}', options.token);
      return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value];
    }),
  );
}

function runScript(
  { script, signal }: { readonly script: string; readonly signal: AbortSignal | undefined },
  env: Record<string, string>,
  take: (line: string, end: (signal?: NodeJS.Signals) => void) => void,
): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(nodePath, [script], { env, cwd: env['GITHUB_WORKSPACE'], stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (name: NodeJS.Signals = 'SIGINT') => void child.kill(name);
    signal?.addEventListener('abort', () => end());
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines) take(line, end);
      });
      stream.on('end', () => rest !== '' && take(rest, end));
    }
    child.once('error', failed);
    child.once('close', (code, signal) => done(code ?? (signal === null ? 1 : 137)));
  });
}

/** `name=value` and `name<<delimiter`, as the runner reads them. */
function fileCommands(file: string | undefined): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = read(file).split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, name, delimiter] = /^([^=]+?)<<(.+)$/.exec(line) ?? [];
    if (name === undefined || delimiter === undefined) {
      const equals = line.indexOf('=');
      if (equals < 0) throw new Error(`Invalid format '${line}'`);
      values[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    const end = lines.indexOf(delimiter, at + 1);
    if (end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`);
    values[name] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return values;
}

function read(file: string | undefined): string {
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function decoded(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function masked(text: string, masks: readonly string[]): string {
  return masks.reduce((all, mask) => (mask === '' ? all : all.replaceAll(mask, '***')), text);
}
