// Merges the operator's settings with the repository's: limits to the minimum, permissions to the strictest, the rest to the nearest.
import { defined } from '../../support/index.ts';
import type { RunSettings } from '../../engine/index.ts';
import { rank } from '../common/permission.ts';
import type { OperatorSettings, Permissions, RepositoryFile } from '../common/types.ts';
import { emptyRepositoryFile } from './repository-file.ts';
import { matchesRepository } from '../common/allowed.ts';

/** The effective settings of a repository. */
export interface EffectiveSettings {
  readonly settings: RunSettings;
  readonly permissions: Permissions;
  readonly file: RepositoryFile;
}

/** What holds for runs of a repository (decision 25). `repository` is `owner/name`. */
export function mergeSettings(
  operator: OperatorSettings,
  file: RepositoryFile | undefined,
  repository: string,
): EffectiveSettings {
  const own = file ?? emptyRepositoryFile();
  const costUsd = least(operator.limits.costUsdPerRun, own.budget.costUsd);
  return {
    file: own,
    permissions: {
      trigger: strictest(operator.permissions.trigger, own.permissions.trigger),
      control: strictest(operator.permissions.control, own.permissions.control),
      approve: strictest(operator.permissions.approve, own.permissions.approve),
      bots: bothNamed(operator.permissions.bots, own.permissions.bots),
    },
    settings: {
      defaultProvider: operator.defaultProvider,
      ...defined({ otherProviders: operator.otherProviders }),
      variables: own.variables,
      environments: own.environments,
      ...defined({ setup: own.setup, verify: own.verify }),
      trusted: operator.trusted.some((pattern) => matchesRepository(pattern, repository)),
      protectedPaths: [...new Set(own.protectedPaths)],
      budget: { ...own.budget, ...defined({ costUsd }), ...minutesOf(operator, own) },
      allowAutoMerge: operator.allowAutoMerge.some((pattern) => matchesRepository(pattern, repository)),
    },
  };
}

/** Where the operator's are fewer, people are told whose they are. */
function minutesOf({ limits }: OperatorSettings, { budget }: RepositoryFile): Partial<RunSettings['budget']> {
  const { minutesPerRun } = limits;
  if (minutesPerRun === undefined || minutesPerRun >= (budget.minutes ?? Number.POSITIVE_INFINITY)) return {};
  return { minutes: minutesPerRun, minutesFrom: 'operator' };
}

function strictest(a: Permissions['trigger'], b: Permissions['trigger'] | undefined): Permissions['trigger'] {
  return b !== undefined && rank(b) > rank(a) ? b : a;
}

/** A repository can only narrow the operator's list. */
function bothNamed(operator: readonly string[], repository: readonly string[] | undefined): readonly string[] {
  if (repository === undefined) return operator;
  const named = new Set(repository.map((login) => login.toLowerCase()));
  return operator.filter((login) => named.has(login.toLowerCase()));
}

function least(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
