// Tier 1: what bubblewrap shows, and nothing else.
import { basename, isAbsolute } from 'node:path';
import { defined, randomToken } from '../../support/index.ts';
import type { SandboxOpen } from '../model/types.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { cleanEnvironment } from './environment.ts';
import type { Limiter } from './limiter.ts';
import { markName } from './marked-processes.ts';
import type { Prepared } from './prepared.ts';

/** What the tier is made of. */
export interface TierFsParts {
  readonly machine: Readonly<Record<string, string>>;
  readonly hidden: readonly string[];
  /** What processes on this data directory carry. */
  readonly mark: string;
  /** bubblewrap. */
  readonly program: string;
  readonly limiter: Limiter;
}

/** Puts up the walls around the command. */
export function prepareFs(
  { machine, hidden, mark, program, limiter }: TierFsParts,
  run: SandboxOpen,
  home: string,
): Prepared {
  const marker = `${mark}:${randomToken(9)}`;
  const env: Record<string, string> = { ...cleanEnvironment(machine, run.env, home), [markName]: marker };
  const view = {
    cwd: run.cwd,
    home,
    path: env['PATH'] ?? '',
    writable: run.writable ?? [],
    readable: [...(run.readable ?? []), ...certificates(env)],
    hidden,
    network: run.network,
    readOnly: run.readOnly ?? false,
    asRoot: isRoot(),
    ...defined({ diskBytes: limiter.diskBytes }),
  };
  return {
    command: run.command,
    before: [program, ...bubblewrapArguments(view)],
    // bubblewrap goes to the tree by itself; where it starts nothing of the tree may be found
    cwd: '/',
    env,
    traces: { marker },
    wrapper: basename(program),
    release: () => undefined,
  };
}

/** Where the machine's own certificates lie: without them nothing inside trusts a company's proxy. */
function certificates(env: Readonly<Record<string, string>>): string[] {
  return [env['SSL_CERT_FILE'], env['SSL_CERT_DIR'], env['NODE_EXTRA_CA_CERTS']].filter(
    (path): path is string => path !== undefined && isAbsolute(path),
  );
}

/** Whether Troupe is root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
