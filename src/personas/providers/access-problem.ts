// What keeps an agent from paying its model, and what mends it. Pure.
import { agentMessages as say } from '../agents/messages.ts';
import type { Agent } from '../agents/agent.ts';
import type { Access } from './access.ts';

/** A sentence for people and what they can do; undefined: it has what it needs, as far as anybody can tell. */
export function accessProblem(
  agent: Agent,
  access: Access,
): { readonly message: string; readonly hint: string } | undefined {
  if (access.kind !== 'log-in' || access.state === 'ready') return undefined;
  switch (access.state) {
    case 'none':
      return { message: say.none(agent), hint: say.noneHint(agent) };
    case 'expired':
      return { message: say.expired(access.file), hint: say.expiredHint(agent) };
    case 'kept':
      return { message: say.kept(access.file, agent.logIn?.kept ?? 'renews'), hint: say.keptHint(agent) };
  }
}

/** What it pays with, in words. */
export function accessWords(access: Access, now: number): string | undefined {
  if (access.kind === 'key') return say.key(access.variable);
  if (access.kind === 'unknown') return say.unknownAccess();
  if (access.state !== 'ready') return undefined;
  const minutes = access.until === undefined ? undefined : Math.floor((access.until - now) / 60_000);
  return say.logIn(access.file, minutes);
}
