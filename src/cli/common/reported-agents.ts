// The known agents for a command that tells of them. `asks`: their programs are asked for their versions.
import { reportAgents } from '../../host/index.ts';
import { toldAgent } from './agent-lines.ts';
import type { ToldAgent } from './agent-lines.ts';
import type { Configuration } from './configuration.ts';

/** Every agent, in the order in which they are preferred. */
export async function reportedAgents(
  { agents, machine, serverFile }: Configuration,
  asks: boolean,
): Promise<readonly ToldAgent[]> {
  const reports = await reportAgents(agents, { rule: serverFile.sandbox, machine, asks });
  return reports.map(toldAgent);
}
