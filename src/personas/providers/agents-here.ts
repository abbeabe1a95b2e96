// The known agents on this machine: where their programs are, what they have to pay with, what is missing. Reads the disk; starts and asks nobody.
import { defined } from '../../support/index.ts';
import { agents } from '../agents/list.ts';
import type { Agent } from '../agents/agent.ts';
import { agentMessages as say } from '../agents/messages.ts';
import { modelWays } from '../gateway/model-ways.ts';
import type { OperatorPlace, Sandbox } from '../model/types.ts';
import { findPrograms, programPlaces } from '../sandbox/index.ts';
import { accessOf } from './access.ts';
import { accessProblem, accessWords } from './access-problem.ts';

/** Something that keeps an agent from working, and the words that mend it. */
export interface Lack {
  readonly message: string;
  readonly mend: string;
}

/** One known agent. */
export interface AgentHere {
  /** As in `preset:`. */
  readonly name: string;
  /** The program that would be started. Absent: there is none of it. */
  readonly program?: string;
  /** What it pays with, in words. */
  readonly pays?: string;
  /** What would be handed to it of a log-in: to be masked wherever it is seen. */
  readonly secrets: readonly string[];
  /** It does what it wants without asking: a sandbox alone holds it. */
  readonly asksNobody: boolean;
  /** Empty: it can work. */
  readonly lacks: readonly Lack[];
  /** It works, and would work better with this. */
  readonly poorer?: Lack;
  /** Why it cannot work in tier 2. Absent: it can, where this machine has that tier. */
  readonly notBehindGateway?: Lack;
}

/** Where they are looked for. */
export interface AgentSources {
  /** Where programs are looked up, as in the sandbox. */
  readonly path: string;
  variable(name: string): string | undefined;
  readonly operator: OperatorPlace;
  readonly now: number;
}

/** Every agent that Troupe knows, in the order in which they are preferred: who asks nobody comes last. */
export function agentsHere(sources: AgentSources): readonly AgentHere[] {
  const ordered = [
    ...agents.filter((agent) => agent.asksNobody !== true),
    ...agents.filter((agent) => agent.asksNobody),
  ];
  return ordered.map((agent) => look(agent, sources));
}

function look(agent: Agent, { path, variable, operator, now }: AgentSources): AgentHere {
  const [wanted = ''] = agent.command;
  const own = agent.program ?? wanted;
  const [speaker] = findPrograms(wanted, path);
  const [person] = findPrograms(own, path);
  const isAlone = speaker === undefined && agent.alone !== undefined;
  const program = speaker ?? person;
  const access = accessOf(agent, agent.variables, { secret: variable, operator, now });
  const problem = accessProblem(agent, access);
  const lacks = [
    ...(program === undefined ? [{ message: say.notFound(own), mend: say.installHint(agent.install) }] : []),
    ...(program !== undefined && speaker === undefined && !isAlone
      ? [{ message: say.noAdapter(own, wanted), mend: say.installHint(agent.install) }]
      : []),
    ...(problem === undefined ? [] : [{ message: problem.message, mend: problem.hint }]),
  ];
  const poorer = isAlone && { message: say.alone(own, wanted), mend: say.aloneHint(agent.install) };
  return {
    name: agent.name,
    ...defined({ program, pays: accessWords(access, now) }),
    secrets: access.kind === 'log-in' && access.state === 'ready' ? access.secrets : [],
    asksNobody: agent.asksNobody === true,
    lacks,
    ...(poorer && program !== undefined ? { poorer } : {}),
    ...(program === undefined ? {} : walledOff(agent, variable)),
  };
}

function walledOff(agent: Agent, variable: AgentSources['variable']): Pick<AgentHere, 'notBehindGateway'> {
  const ways = modelWays({ agent, env: agent.variables, valueOf: variable });
  return 'message' in ways ? { notBehindGateway: { message: ways.message, mend: ways.hint } } : {};
}

/** How long a program may take to tell its version: some load half the world first. */
const versionMs = 10_000;

/** What the program says of its version, asked in the sandbox, without a network; or why it says nothing. */
export async function agentVersion(
  { name, program }: Pick<AgentHere, 'name' | 'program'>,
  { sandbox, folder, path }: { readonly sandbox: Sandbox; readonly folder: string; readonly path: string },
): Promise<{ readonly version: string } | { readonly silent: string }> {
  if (program === undefined) return { silent: say.noVersion('not found') };
  const words = agents.find((agent) => agent.name === name)?.version ?? ['--version'];
  const ended = await sandbox.run({
    command: [program, ...words],
    cwd: folder,
    env: {},
    timeoutMs: versionMs,
    signal: new AbortController().signal,
    network: false,
    readable: programPlaces(program.slice(program.lastIndexOf('/') + 1), path),
    maxOutputBytes: 4_096,
  });
  if (ended.timedOut) return { silent: say.noVersion(`nothing within ${versionMs / 1_000} s`) };
  // "codex-cli 0.171.0", "2.1.332 (Claude Code)", a warning above it
  const version = /\d{1,9}\.\d{1,9}(?:\.\d{1,9})?(?:-[\w.]{1,30})?/.exec(ended.stdout)?.[0];
  return version === undefined ? { silent: say.noVersion(`exit code ${ended.exitCode ?? 'none'}`) } : { version };
}
