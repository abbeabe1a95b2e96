// Agents on the PATH become providers where the operator names none. Asks nobody; what an agent needs is known by personas/.
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentsHere, agentVersion } from '../personas/index.ts';
import type { AgentHere, Sandbox } from '../personas/index.ts';
import { defined, silentLogger, processClock, temporaryFolder } from '../support/index.ts';
import { agentMessages as say } from './messages.ts';
import { operatorPlace } from './operator-files.ts';
import { hostSandboxes } from './sandboxes.ts';
import type { ServerFile } from './server-file.ts';
import { unplayable } from './before-paying/index.ts';
import type { Play } from './before-paying/index.ts';
import type { HostProviders } from './providers.ts';

type Variables = Readonly<Record<string, string | undefined>>;
type Machine = Readonly<Record<string, string>>;

/** Every known agent as it is on this machine. */
export function lookForAgents(variables: Variables, machine: Machine): readonly AgentHere[] {
  return agentsHere({
    path: machine['PATH'] ?? '',
    variable: (name) => variables[name],
    operator: operatorPlace(variables),
    now: processClock.now(),
  });
}

/** Those that can work, in the order in which they are preferred. */
export function readyAgents(agents: readonly AgentHere[]): readonly AgentHere[] {
  return agents.filter(({ lacks }) => lacks.length === 0);
}

/**
 * The settings with the known agents as providers, where they name none, and the first that can work as the default where nobody names it. One
 * that cannot work is there, too: whoever names it is told what it lacks.
 */
export function withAgents(file: ServerFile, agents: readonly AgentHere[]): ServerFile {
  if (!file.namesNoProviders) return file;
  const [first] = readyAgents(agents);
  return {
    ...file,
    providers: Object.fromEntries(agents.map(({ name }) => [name, { preset: name }])),
    defaultProvider: file.namesDefault ? file.defaultProvider : (first?.name ?? file.defaultProvider),
    agents,
  };
}

/** Nobody is named, and no agent can work. */
export function nobodyPlays({ agents, namesDefault }: ServerFile): boolean {
  return agents !== undefined && !namesDefault && readyAgents(agents).length === 0;
}

/** Who plays where nobody is named, and why: the first agent that was found and can play every persona of the workflow. */
export async function agentFor(
  play: Omit<Play, 'settings'>,
  { agents = [], namesDefault }: ServerFile,
  providers: Pick<HostProviders, 'check'>,
): Promise<{ readonly name: string; readonly why: string } | undefined> {
  if (namesDefault) return undefined;
  const able = readyAgents(agents);
  const passedOver: string[] = [];
  for (const agent of able) {
    const [problem] = await unplayable({ ...play, settings: { defaultProvider: agent.name } }, providers);
    if (problem === undefined) return { name: agent.name, why: say.chosen(agent, able, passedOver) };
    passedOver.push(problem.message);
  }
  return undefined;
}

/** An agent with what only its program and this machine's sandbox can tell. */
export interface AgentReport extends AgentHere {
  readonly tier: Sandbox['tier'];
  readonly version?: string;
  /** Why its version is not known. */
  readonly silent?: string;
  readonly canWork: boolean;
}

/** All agents, their programs asked for their versions side by side, in the sandbox and not for long. */
export async function reportAgents(
  agents: readonly AgentHere[],
  { rule, machine, asks }: { readonly rule: ServerFile['sandbox']; readonly machine: Machine; readonly asks: boolean },
): Promise<readonly AgentReport[]> {
  // what the rule forbids is another check's; here it is only asked what there is
  const looked = hostSandboxes({
    machine,
    hidden: [],
    dataDir: join(tmpdir(), 'troupe-look'),
    log: silentLogger,
    rule: rule === 'required' ? 'auto' : rule,
  });
  const sandbox = (await looked.look()).of(undefined);
  return Promise.all(
    agents.map(async (agent) => {
      const isHeld = !agent.asksNobody || sandbox.tier === 'fs';
      const lacks = isHeld ? agent.lacks : [...agent.lacks, { message: say.unwalled, mend: say.unwalledMend }];
      const asked = asks && agent.program !== undefined ? await askVersion(agent, sandbox, machine['PATH'] ?? '') : {};
      return {
        ...agent,
        lacks,
        tier: sandbox.tier,
        canWork: lacks.length === 0,
        ...defined(asked),
      };
    }),
  );
}

/** In a folder of its own: what works in the folder of a run that ends is ended with it. */
async function askVersion(agent: AgentHere, sandbox: Sandbox, path: string): ReturnType<typeof agentVersion> {
  const folder = temporaryFolder('version');
  try {
    return await agentVersion(agent, { sandbox, folder, path });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What to do where no agent can work: what is there and what it lacks, else what there is to install. One screen. */
export function whatToDo(agents: readonly AgentHere[]): readonly string[] {
  const there = agents.filter(({ program }) => program !== undefined);
  return there.length === 0
    ? [say.nobodyHere, ...agents.map(say.toInstall)]
    : [say.nobodyAble, ...there.flatMap(say.lacking)];
}
