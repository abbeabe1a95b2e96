// One request to an agent program as the product sends it: its own transport, presets and sandbox. Tells what came of it and what was left.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createProviders,
  createSandboxes,
  machineEnvironment,
  parseProviderConfigs,
  transports,
} from '../../src/personas/index.ts';
import type { PersonaResult } from '../../src/personas/index.ts';
import { createRedactor, randomToken, silentLogger, systemClock } from '../../src/support/index.ts';
import type { Json } from '../../src/support/index.ts';
import { servicesWith } from '../support/provider-services.ts';
import { taskIn } from '../suites/provider-contract.ts';
import { killAgent, processesOfRequest } from './agent-processes.ts';
import type { AgentProcess } from './agent-processes.ts';
import { startModel } from './model-server.ts';
import type { Part } from './model-server.ts';
import { agentPath } from './programs.ts';

/** How an agent is led to its model. */
export interface Lead {
  readonly entry: Readonly<Record<string, Json>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What one request is made of. */
export interface Ask {
  readonly part: Part;
  lead(url: string): Lead;
  readonly timeoutMs: number;
  readonly isDown?: true;
  readonly dies?: true;
  /** A tree that is there already. */
  readonly tree?: string;
}

/** What came of it. */
export interface Asked {
  readonly result: PersonaResult;
  /** What the agent said and did. */
  readonly record: string;
  /** Requests to the model. */
  readonly asked: number;
  readonly offered: ReadonlySet<string>;
  /** Names in the worktree. */
  readonly names: readonly string[];
  /** Processes that ran while the model was asked the first time. */
  readonly processes: readonly AgentProcess[];
  /** Processes that are still there. */
  readonly left: readonly string[];
  readonly seconds: number;
}

let sandboxes: ReturnType<typeof createSandboxes> | undefined;

/** Sends the request and waits for its end. */
export async function askOnce({ part, lead, timeoutMs, isDown, dies, tree: given }: Ask): Promise<Asked> {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-ask-'));
  const tree = given ?? join(dir, 'tree');
  mkdirSync(tree, { recursive: true });
  const requestId = `ask-${randomToken(9)}`;
  let processes: readonly AgentProcess[] = [];
  const model = await startModel({
    ...part,
    tree: new RegExp(tree),
    onAsked(count) {
      if (count === 1) processes = processesOfRequest(requestId);
      if (dies === true && count === 2) killAgent(requestId);
    },
  });
  try {
    const { entry, secrets } = lead(isDown === true ? await freeAddress() : model.url);
    const { configs, problems } = parseProviderConfigs({ agent: entry }, { baseDir: '/', transports });
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    const provider = createProviders(configs, servicesWith(secrets, { path: agentPath }), transports).get('agent');
    if (provider === undefined) throw new Error('no provider');
    const startedAt = performance.now();
    const answer = await provider.start(
      { ...taskIn(tree), requestId, text: '# Role\n\nYou are the engineer of this test.\n' },
      { requestId, provider: 'agent', strategy: 'immediate', deadline: Date.now() + timeoutMs },
      await contextOf(secrets),
    );
    if ('waiting' in answer) throw new Error('an agent program answers at once');
    return {
      result: answer.answer,
      record: (answer.answer.artifacts ?? []).map(({ content }) => content).join('\n'),
      asked: model.requests.length,
      offered: model.offered,
      names: readdirSync(tree),
      processes,
      left: processesOfRequest(requestId).map(({ line }) => line.replaceAll('\0', ' ')),
      seconds: (performance.now() - startedAt) / 1_000,
    };
  } finally {
    await model.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function contextOf(secrets: Readonly<Record<string, string>>) {
  sandboxes ??= createSandboxes({
    machine: machineEnvironment({ ...process.env, PATH: agentPath }),
    hidden: [],
    dataDir: join(tmpdir(), 'troupe-ask-data'),
    log: silentLogger,
  });
  return {
    signal: new AbortController().signal,
    clock: systemClock,
    log: silentLogger,
    redactor: createRedactor(Object.values(secrets).filter((value) => value.startsWith('sk-'))),
    sandbox: (await sandboxes).of(undefined),
    progress: () => undefined,
  };
}

/** An address of this machine where nobody listens. */
async function freeAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // a server that listens on a port has an address with one
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
