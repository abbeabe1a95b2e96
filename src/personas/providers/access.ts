// With what an agent pays for its model: a key among its variables, else the log-in of a person. Reads one file of the operator's HOME; asks nobody.
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Agent, LogIn } from '../agents/agent.ts';
import { foundLogIn } from '../agents/log-in.ts';
import type { FoundLogIn } from '../agents/log-in.ts';
import type { OperatorPlace } from '../model/types.ts';

/** What was found. `unknown`: the operator gives it something that nobody knows anything of. */
export type Access =
  | { readonly kind: 'key'; readonly variable: string }
  | { readonly kind: 'unknown' }
  | (FoundLogIn & { readonly kind: 'log-in'; readonly file: string });

/** Where it is looked for. */
export interface AccessSources {
  secret(name: string): string | undefined;
  /** Absent: log-ins are nobody's business here. */
  readonly operator?: OperatorPlace;
  readonly now: number;
}

/** A file of a log-in is small; what is larger is none. */
const mostBytes = 256 * 1024;

/** What the agent has to pay with. `env`: the variables that it is given. */
export function accessOf(agent: Agent, env: readonly string[], sources: AccessSources): Access {
  const keys = agent.keys.filter((key) => env.includes(key));
  if (keys.length === 0) return { kind: 'unknown' };
  const variable = keys.find((key) => (sources.secret(key) ?? '') !== '');
  if (variable !== undefined) return { kind: 'key', variable };
  const { logIn } = agent;
  if (logIn === undefined || sources.operator === undefined) return { kind: 'log-in', file: '', state: 'none' };
  const file = fileOf(logIn, sources.operator);
  return {
    kind: 'log-in',
    file: shownPath(file, sources.operator.home),
    ...foundLogIn(logIn, textOf(file), sources.now),
  };
}

/** What is added to its variables. */
export function accessVariables(agent: Agent, access: Access): Record<string, string> {
  if (access.kind === 'key') return { ...agent.withKey };
  const name = agent.logIn?.as;
  return name !== undefined && access.kind === 'log-in' && access.state === 'ready' ? { [name]: access.handed } : {};
}

/** Files of its private HOME, by path: what is always there, and the copy of a log-in. */
export function accessFiles(agent: Agent, access: Access): Record<string, string> {
  const isLoggedIn = access.kind === 'log-in' && access.state === 'ready';
  const { logIn } = agent;
  const usual = { ...agent.home, ...(isLoggedIn ? logIn?.home : {}) };
  const files = Object.entries(usual).map(
    ([path, content]) => [path, `${JSON.stringify(content, null, 2)}\n`] as const,
  );
  const copy =
    isLoggedIn && logIn !== undefined && logIn.as === undefined
      ? [[join(logIn.folder, logIn.file), access.handed] as const]
      : [];
  return Object.fromEntries([...files, ...copy]);
}

function fileOf({ folder, variable, file }: LogIn, { home, variable: valueOf }: OperatorPlace): string {
  const named = variable === '' ? undefined : valueOf(variable);
  return join(named !== undefined && isAbsolute(named) ? named : join(home, folder), file);
}

/** A pipe or a device would make us wait. Links are followed: it is the operator's own HOME. What may not be read is not there. */
function textOf(file: string): string | undefined {
  try {
    const about = statSync(file, { throwIfNoEntry: false });
    if (about?.isFile() !== true || about.size > mostBytes) return undefined;
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** `~/…` for what lies in HOME: a path is told to people. */
function shownPath(file: string, home: string): string {
  return file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;
}
