// What the coordinator of every host works with: the operator's settings, the workflows and personas that come with Troupe, the App's API.
import type { CoordinatorPorts } from '../coordinator/index.ts';
import type { GitHubApp } from '../github/index.ts';
import { loadPersonas } from '../personas/index.ts';
import type { Store } from '../store/index.ts';
import { defined } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import { hindrancesOf } from './before-paying/index.ts';
import type { Commons } from './commons.ts';
import { builtInPersonasDir, builtInWorkflows } from './package-files.ts';
import type { HostProviders } from './providers.ts';
import { wallsOf } from './sandboxes.ts';
import type { HostSandboxes } from './sandboxes.ts';
import type { ServerFile } from './server-file.ts';

/** What the ports are made of. */
export interface CoordinatorParts {
  readonly journal: Store['journal'];
  readonly app: Pick<GitHubApp, 'identity' | 'repository'>;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly sandboxes: HostSandboxes;
  readonly commons: Pick<Commons, 'turns'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Ports that a host changes where it is different. */
export function coordinatorPorts(parts: CoordinatorParts): CoordinatorPorts {
  const { journal, app, providers, clock, log } = parts;
  return {
    journal,
    locks: parts.commons.turns,
    clock,
    log,
    operator: operatorSettings(parts.serverFile),
    personas: personaSource,
    providers: providers.names,
    hindrances: (spec) =>
      hindrancesOf(spec, { providers, walls: () => wallsOf(parts.sandboxes, parts.serverFile), log }),
    builtIn: builtInWorkflows(),
    rehearsal: providers.rehearsal,
    identity: () => app.identity(),
    api: (installation, owner, name) => app.repository(installation, owner, name),
    listRuns: (repositoryId, taskNumber) => journal.list({ repositoryId, taskNumber }),
  };
}

/** Personas of a repository, and those that come with Troupe. */
export const personaSource: CoordinatorPorts['personas'] = {
  load: (files) => loadPersonas(files, builtInPersonasDir()),
};

/** The operator's settings as the coordinator takes them. */
export function operatorSettings(file: ServerFile): CoordinatorPorts['operator'] {
  return {
    defaultProvider: file.defaultProvider,
    ...(file.otherProviders.length === 0 ? {} : { otherProviders: file.otherProviders }),
    limits: file.limits,
    permissions: file.permissions,
    ...defined({ allow: file.allow }),
    trusted: file.trusted,
    allowAutoMerge: file.allowAutoMerge,
  };
}
