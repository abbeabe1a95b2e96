// The one place of a host that makes sandboxes: one look at the machine, and the operator's rule over it. Steps and providers get the same.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandboxes } from '../personas/index.ts';
import type { Persona, Sandbox, Sandboxes, SandboxOptions } from '../personas/index.ts';
import { silentLogger, TroupeError, defined } from '../support/index.ts';
import type { Surroundings } from './before-paying/index.ts';
import { coreMessages } from './messages.ts';
import type { ServerFile } from './server-file.ts';

/** What sandboxes of a host are made of. */
export interface SandboxSources extends SandboxOptions {
  /** The operator's `sandbox:`. `off`: tier 0 for everything. */
  readonly rule: ServerFile['sandbox'];
  /** The operator's `gateway.for`. `all`: tier 2 for everything. */
  readonly gatewayFor?: ServerFile['gateway']['for'];
}

/** The sandboxes of one host. */
export interface HostSandboxes {
  /** What this machine can do under the operator's rule: looked at when it is first asked, and once. Throws `config/sandbox`. */
  look(): Promise<Sandboxes>;
}

/** Sandboxes that nobody has looked for yet. */
export function hostSandboxes(sources: SandboxSources): HostSandboxes {
  let looked: Promise<Sandboxes> | undefined;
  return { look: () => (looked ??= look(sources)) };
}

/** What the operator's file says of the gateway and of what commands may take. */
export function wallsIn({
  gateway: { allow, for: gatewayFor },
  limits,
}: Pick<ServerFile, 'gateway' | 'limits'>): Pick<SandboxSources, 'gateway' | 'gatewayFor' | 'limits'> {
  return { gateway: { allow }, limits: limits.command, ...defined({ gatewayFor }) };
}

/** Those of nobody's host, where this machine is only looked at. */
export function looksAtMachine(
  machine: SandboxSources['machine'],
  { sandbox, gateway, limits }: Pick<ServerFile, 'sandbox' | 'gateway' | 'limits'>,
): HostSandboxes {
  const dataDir = join(tmpdir(), 'troupe-look');
  return hostSandboxes({
    machine,
    hidden: [],
    dataDir,
    log: silentLogger,
    rule: sandbox,
    ...wallsIn({ gateway, limits }),
  });
}

/** The walls as the checks before the first persona look at them. Throws `config/sandbox`. */
export async function wallsOf(
  sandboxes: HostSandboxes,
  { sandbox: rule, gateway }: Pick<ServerFile, 'sandbox' | 'gateway'>,
): ReturnType<Surroundings['walls']> {
  const machine = await sandboxes.look();
  return {
    sandbox: (wanted) => machine.of(wanted),
    sandboxOff: rule === 'off',
    ...(gateway.for === 'outsiders' ? { outsidersTier: 'gateway' as const } : {}),
  };
}

async function look({ rule, gatewayFor, ...options }: SandboxSources): Promise<Sandboxes> {
  const found = await createSandboxes(options);
  if (rule === 'off' && gatewayFor !== undefined) throw ruledOut('gateway');
  if ((rule === 'required' || gatewayFor === 'all') && !found.bubblewrap.works) {
    throw new TroupeError('config/sandbox', coreMessages.sandboxRequired(found.bubblewrap.reason), {
      class: 'config',
      hint: coreMessages.sandboxHint,
    });
  }
  return { ...found, of: (wanted) => sandboxUnder(rule, found, gatewayFor === 'all' ? 'gateway' : wanted) };
}

/** The operator's word stands above the persona file's: a repository may ask for more walls, never for fewer. */
function sandboxUnder(rule: ServerFile['sandbox'], found: Sandboxes, wanted: Persona['sandbox']): Sandbox {
  if (rule === 'off' && (wanted === 'fs' || wanted === 'gateway')) throw ruledOut(wanted);
  if (rule === 'off') return found.of('off');
  return found.of(wanted === 'env' || wanted === 'off' ? undefined : wanted);
}

/** Who asks for these walls is never given fewer. */
function ruledOut(wanted: 'fs' | 'gateway'): TroupeError {
  return new TroupeError('config/sandbox-off', coreMessages.wallsRuledOut(wanted), {
    class: 'config',
    hint: coreMessages.wallsRuledOutHint(wanted),
  });
}
