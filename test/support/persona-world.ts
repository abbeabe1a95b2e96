// A run with real git, a real sandbox and real personas on the memory journal: what persona steps need to be tested whole.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGitStore } from '../../src/git/index.ts';
import type { GitRepository } from '../../src/git/index.ts';
import type { RunSpec, RunState, Step, StepError, StepExecutor, StepResult } from '../../src/engine/index.ts';
import {
  createProviders,
  createSandboxes,
  loadPersonas,
  machineEnvironment,
  transports,
} from '../../src/personas/index.ts';
import { servicesWith } from './provider-services.ts';
import type { CommandLimits, Sandbox } from '../../src/personas/index.ts';
import { createExecutor, createStepKinds } from '../../src/steps/index.ts';
import type { StepServices } from '../../src/steps/index.ts';
import { createRedactor, silentLogger, systemClock, defined } from '../../src/support/index.ts';
import type { StepPath } from '../../src/support/index.ts';
import { makeGitWorld } from './git-world.ts';
import type { GitWorld } from './git-world.ts';
import { createMemoryBlobs } from './memory-blobs.ts';
import { createMemoryTickets } from './memory-tickets.ts';
import { builtIn, spec, workflow } from './run-builder.ts';

/** What a test changes about the world. */
export interface PersonaWorldOptions {
  /** Files of `main`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Content of an answers file: the provider `scripted`. */
  readonly answers?: string;
  /** Contents of more answers files, each a provider of its name. */
  readonly panel?: Readonly<Record<string, string>>;
  /** A script for `sh -c`: the provider `shell`. */
  readonly script?: string;
  /** What of the shell counts; default: the object it hands in. */
  readonly result?: 'object' | 'exit-code';
  readonly secrets?: readonly string[];
  readonly sandbox?: 'off' | 'fs';
  readonly sandboxOff?: boolean;
  /** What commands may take, in parts. */
  readonly limits?: Partial<CommandLimits>;
  isPaused?(): boolean;
}

/** The world. */
export interface PersonaWorld {
  readonly git: GitWorld;
  readonly repository: GitRepository;
  readonly services: StepServices;
  readonly executor: StepExecutor;
  /** Every artifact by name. */
  readonly artifacts: ReadonlyMap<string, string>;
  /** A run of these steps after `prepare`. */
  specOf(steps: readonly Step[], more?: Partial<RunSpec>): Promise<RunSpec>;
  /** A file of the run's branch on the remote; undefined when it is not there. */
  file(state: RunState, path: string): string | undefined;
  remove(): void;
}

const builtInDir = join(import.meta.dirname, '../../personas');

/** Makes the world. */
export async function makePersonaWorld(options: PersonaWorldOptions = {}): Promise<PersonaWorld> {
  const git = makeGitWorld(
    options.files ?? { 'README.md': '# Widgets\n', 'src/sum.js': 'module.exports = (a, b) => a - b;\n' },
  );
  const dataDir = join(git.dir, 'data');
  // personas that are other users pass through it
  chmodSync(git.dir, 0o711);
  mkdirSync(dataDir);
  const redactor = createRedactor(options.secrets ?? []);
  const store = createGitStore({ dir: dataDir, redactor });
  const repository = await store.open({ key: '42', cloneUrl: git.remote });
  const sandboxes = await createSandboxes({
    machine: machineEnvironment(process.env),
    hidden: [dataDir],
    dataDir,
    log: silentLogger,
    ...defined({ limits: options.limits }),
  });
  const answers = join(git.dir, 'answers.yml');
  writeFileSync(answers, options.answers ?? '"*": { status: pass, summary: Done }');
  const providers = createProviders(
    [
      { name: 'scripted', transport: 'scripted', env: [], options: { answers } },
      ...Object.entries(options.panel ?? {}).map(([name, content]) => {
        const file = join(git.dir, `answers-${name}.yml`);
        writeFileSync(file, content);
        return { name, transport: 'scripted', env: [], options: { answers: file } };
      }),
      {
        name: 'shell',
        transport: 'shell',
        env: [],
        options: {
          command: ['sh', '-c', options.script ?? 'true'],
          ...defined({ result: options.result }),
        },
      },
    ],
    servicesWith(),
    transports,
  );
  const artifacts = new Map<string, string>();
  const blobs = createMemoryBlobs();
  const services: StepServices = {
    clock: systemClock,
    log: silentLogger,
    redactor,
    workplace: () =>
      Promise.resolve({
        repository,
        defaultBranch: 'main',
        author: { name: 'troupe[bot]', email: '1+troupe[bot]@users.noreply.github.com' },
        coAuthor: { name: 'Ada', email: 'ada@example.test' },
      }),
    sandbox: (): Sandbox => sandboxes.of(options.sandbox),
    ...defined({ sandboxOff: options.sandboxOff }),
    provider: (name) => providers.get(name),
    providerNames: [...providers.keys()],
    tickets: createMemoryTickets(systemClock),
    blobs,
    async keepArtifact(_context, { name, content }) {
      artifacts.set(name, Buffer.from(content).toString('utf8'));
      return { sha256: await blobs.put(Buffer.from(content)), bytes: Buffer.byteLength(content) };
    },
    pullRequestPart: ({ run }) => ({ title: 'Title', body: 'Body', run, since: 0 }),
    isPaused: () => Promise.resolve(options.isPaused?.() ?? false),
  };
  return {
    git,
    repository,
    services,
    executor: createExecutor(createStepKinds(), services),
    artifacts,
    async specOf(steps, more = {}) {
      const loaded = await loadPersonas(undefined, builtInDir);
      const ids = [...loaded.personas.keys()];
      const first = { ...steps[0], dependencies: ['prepare'] };
      // spreading keeps the kind of step
      const flow = workflow([builtIn('prepare'), first as Step, ...steps.slice(1)], { branch: {} });
      const made = spec(flow, { personas: loaded.copyOf(ids), ...more });
      return {
        ...made,
        settings: {
          ...made.settings,
          defaultProvider: options.script === undefined ? 'scripted' : 'shell',
          ...more.settings,
        },
      };
    },
    file(state, path) {
      try {
        return git.git('show', `refs/heads/${state.facts.branch ?? ''}:${path}`);
      } catch {
        return undefined;
      }
    },
    remove: () => git.remove(),
  };
}

/** What came of a step. */
export function resultOf(state: RunState, step: string): StepResult | undefined {
  return state.steps.get(step as StepPath)?.result; // a path of the test's own workflow
}

/** Why a step failed. */
export function errorOf(state: RunState, step: string): StepError | undefined {
  return state.steps.get(step as StepPath)?.error; // a path of the test's own workflow
}

/** The run with other settings. */
export async function withSettings(made: Promise<RunSpec>, settings: Partial<RunSpec['settings']>): Promise<RunSpec> {
  const run = await made;
  return { ...run, settings: { ...run.settings, ...settings } };
}
