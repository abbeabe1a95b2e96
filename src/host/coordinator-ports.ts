// What the coordinator of every host works with: the operator's settings, the workflows and personas that come with Troupe, the App's API.
import type { CoordinatorPorts } from '../coordinator/index.ts';
import type { GitHubApp } from '../github/index.ts';
import { loadPersonas } from '../personas/index.ts';
import type { Store } from '../store/index.ts';
import { defined } from '../support/index.ts';
import type { Clock, Logger } from '../support/index.ts';
import { createClearAnswers, hindrancesOf } from './before-paying/index.ts';
import type { Commons } from './commons.ts';
import { builtInPersonasDir, builtInWorkflows } from './package-files.ts';
import type { HostProviders } from './providers.ts';
import { wallsOf } from './sandboxes.ts';
import type { HostSandboxes } from './sandboxes.ts';
import type { ServerFile } from './server-file.ts';
import { botAuthor } from './workplaces.ts';

/** What the ports are made of. */
export interface CoordinatorParts {
  readonly journal: Store['journal'];
  readonly app: Pick<GitHubApp, 'identity' | 'repository' | 'places'>;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly sandboxes: HostSandboxes;
  readonly commons: Pick<Commons, 'turns'>;
  /** Nothing is written to GitHub: then nothing there stands against a run. */
  readonly readOnly?: boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Ports that a host changes where it is different. */
export function coordinatorPorts(parts: CoordinatorParts): CoordinatorPorts {
  const { journal, app, providers, clock, log } = parts;
  const clear = createClearAnswers(clock);
  return {
    journal,
    locks: parts.commons.turns,
    clock,
    log,
    operator: operatorSettings(parts.serverFile),
    personas: personaSource,
    providers: providers.names,
    hindrances(spec, api, { locked }) {
      const email = async () => botAuthor(await app.identity()).email;
      const github = { spec, api, locked, now: clock.now(), email, clear };
      const walls = () => wallsOf(parts.sandboxes, parts.serverFile);
      return hindrancesOf(spec, { providers, walls, log, ...(parts.readOnly === true ? {} : { github }) });
    },
    builtIn: builtInWorkflows(),
    rehearsal: providers.rehearsal,
    identity: () => app.identity(),
    api: (installation, owner, name) => app.repository(installation, owner, name),
    ...defined({ places: app.places }),
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
    operators: file.operators,
  };
}
