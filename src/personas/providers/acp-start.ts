// How the agent of a request is started: its words, variables and the files of its HOME, from what is known of it. Starts nothing itself.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { defined, wallOf } from '../../support/index.ts';
import type { Agent } from '../agents/agent.ts';
import { mergedJson } from '../agents/merged-json.ts';
import { programPlaces } from '../sandbox/index.ts';
import type { WaysFor } from '../gateway/model-ways.ts';
import { rightsOf } from '../model/tool-rights.ts';
import type { KeptSession, PersonaTask, ProviderConfig, ProviderServices, SandboxOpen } from '../model/types.ts';
import type { ResultTool } from '../result-tool/result-tool.ts';
import { requestEnvironment } from './request-environment.ts';
import { accessFiles, accessOf, accessVariables } from './access.ts';
import type { Access } from './access.ts';
import type { RequestFiles } from './request-files.ts';

/** What the schema of the transport lets pass. */
export type AcpConfig = ProviderConfig<{
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly model?: string;
  readonly mode?: string;
  /** `NAME=value`. */
  readonly settings?: readonly string[];
  readonly readable?: readonly string[];
}>;

/** What one request has of its own. */
export interface AgentRequest {
  readonly config: AcpConfig;
  readonly agent: Agent;
  readonly services: ProviderServices;
  readonly task: PersonaTask;
  readonly files: RequestFiles;
  readonly tool: ResultTool;
  /** What outlives this process. */
  readonly session?: KeptSession;
  /** The session of a process that died. */
  readonly goesOnWith?: string;
}

/** More than any agent has to say, its differences included. */
const outputBytes = 512 * 1024 * 1024;

/** Everything but how long it may take, and what ends it. Its HOME is made. */
export async function agentStart(request: AgentRequest): Promise<Omit<SandboxOpen, 'timeoutMs' | 'signal'>> {
  const { config, task, files, tool, agent } = request;
  const { options } = config;
  const { session } = request;
  const home = session?.home ?? join(files.folder, 'home');
  const access = accessHere(request);
  // what lies in a HOME of before is the agent's, its links too: nothing is written through them
  if (request.goesOnWith === undefined) await writeHome(home, accessFiles(agent, access));
  const rights = rightsOf(task.persona.tools);
  const worktree = treeOf(task);
  return {
    command: [...options.command, ...(options.args ?? []), ...modelWords(request), ...toolWords(agent, tool)],
    cwd: worktree ?? files.folder,
    readOnly: worktree !== undefined && !rights.writes,
    env: withAddress(agent, { ...accessVariables(agent, access), ...environment(request, home), HOME: home }),
    writable: [...files.writable, ...(session === undefined ? [] : [home])],
    readable: [
      ...options.command.filter((word) => isAbsolute(word)),
      ...programPlaces(options.command[0] ?? '', request.services.path ?? ''),
      ...(options.readable ?? []),
      ...tool.readable,
    ],
    // its model is somewhere in the network
    network: true,
    outputBytes,
  };
}

/** What the agent has to pay with now: log-ins come, go and end. */
export function accessHere({ agent, config, services }: Pick<AgentRequest, 'agent' | 'config' | 'services'>): Access {
  return accessOf(agent, config.env, {
    secret: (name) => services.secret(name),
    ...defined({ operator: services.operator }),
    now: wallOf(services.clock).getTime(),
  });
}

/** The worktree, where the persona may see it. */
export function treeOf({ persona, worktree }: PersonaTask): string | undefined {
  return rightsOf(persona.tools).seesFiles ? worktree : undefined;
}

/** The model that is asked for; undefined: the agent's own. */
export function modelOf({ config, task }: Pick<AgentRequest, 'config' | 'task'>): string | undefined {
  return task.model ?? task.persona.model ?? config.options.model;
}

function environment({ config, agent, services, task, files }: AgentRequest, home: string): Record<string, string> {
  const { options } = config;
  const { mode } = agent;
  const model = modelOf({ config, task });
  const own = options.mode ?? (rightsOf(task.persona.tools).writes ? mode?.writes : mode?.reads);
  return {
    ...requestEnvironment({ task, files, names: config.env, ...(model === undefined ? {} : { model }) }, services),
    ...Object.fromEntries(
      Object.entries(agent.settings).map(([name, value]) => [name, value.replace(/^~(?=\/)/, home)]),
    ),
    ...(mode === undefined || own === undefined ? {} : { [mode.variable]: own }),
    ...(model !== undefined && agent.model !== undefined && 'variable' in agent.model
      ? { [agent.model.variable]: model }
      : {}),
    ...settingsOf(config),
  };
}

/** What the operator says of it in the agent's own words stands. */
function withAddress({ address }: Agent, environment: Record<string, string>): Record<string, string> {
  const place = address === undefined ? undefined : environment[address.variable];
  if (address === undefined || place === undefined || place === '') return environment;
  const json = address.json.replaceAll('"*"', () => JSON.stringify(place));
  return { ...environment, [address.as]: mergedJson(json, environment[address.as] ?? '{}') };
}

/** The operator's own variables for it. */
export function settingsOf({ options }: AcpConfig): Record<string, string> {
  return Object.fromEntries((options.settings ?? []).map(variableIn));
}

/** What the ways to its models are worked out of. */
export function waysFor({ agent, config, services }: Pick<AgentRequest, 'agent' | 'config' | 'services'>): WaysFor {
  const settings = settingsOf(config);
  return { agent, env: config.env, valueOf: (name) => settings[name] ?? services.secret(name) };
}

/** The schema says that there is a sign between them. */
function variableIn(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function modelWords({ agent, config, task }: AgentRequest): readonly string[] {
  const model = modelOf({ config, task });
  if (model === undefined || agent.model === undefined || !('words' in agent.model)) return [];
  return agent.model.words.map((word) => (word === '*' ? model : word));
}

/** For an agent that takes no tools from the session. */
function toolWords({ toolsFlag }: Agent, { server }: ResultTool): readonly string[] {
  if (toolsFlag === undefined) return [];
  const { name, command, args } = server;
  return [toolsFlag, JSON.stringify({ mcpServers: { [name]: { type: 'local', command, args, tools: ['*'] } } })];
}

async function writeHome(home: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(home, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    if (path.endsWith('/')) await mkdir(join(home, path), { recursive: true });
    else await writeFile(join(home, path), content, { mode: 0o600 });
  }
}
