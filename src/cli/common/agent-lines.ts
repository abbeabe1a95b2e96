// The known agents as lines for people and as data for programs. Looks at nothing itself.
import type { AgentReport } from '../../host/index.ts';
import type { Output } from '../schemas/index.ts';
import { agentMessages as say } from './messages-agents.ts';

/** An agent as `doctor` and `personas` tell it. */
export type ToldAgent = Output<'doctor'>['agents'][number];

/** What programs are told; no secret is among it. */
export function toldAgent(agent: AgentReport): ToldAgent {
  const { name, program, version, pays, tier, canWork, lacks, poorer, silent, asksNobody, notBehindGateway } = agent;
  const told = {
    name,
    ready: canWork,
    tier: tier === 'fs' ? (1 as const) : (0 as const),
    asks_nobody: asksNobody,
    lacks,
  };
  return {
    ...told,
    ...(program === undefined ? {} : { program }),
    ...(version === undefined ? {} : { version }),
    ...(silent === undefined ? {} : { no_version: silent }),
    ...(pays === undefined ? {} : { pays }),
    ...(poorer === undefined ? {} : { poorer }),
    ...(notBehindGateway === undefined ? {} : { not_behind_gateway: notBehindGateway }),
  };
}

/** Two lines for one that can work; what is missing and what mends it for the others. */
export function agentLines(agent: ToldAgent): readonly string[] {
  const { name, program, version, no_version: silent, pays, lacks, poorer, ready } = agent;
  if (program === undefined) return [`- agent ${name}: ${say.notInstalled}`, `    → ${lacks[0]?.mend ?? ''}`];
  const facts = [version ?? silent, pays, say.tier(agent)].filter((fact) => fact !== undefined);
  return [
    `${ready ? '✓' : '!'} agent ${name}: ${program}, ${facts.join(', ')}`,
    ...(poorer === undefined ? [] : [`    ${poorer.message}`, `    → ${poorer.mend}`]),
    ...lacks.flatMap(({ message, mend }) => [`    ${message}`, `    → ${mend}`]),
    // who lacks more is told of that first
    ...(ready ? [`    ${say.behindGateway(agent)}`] : []),
  ];
}
