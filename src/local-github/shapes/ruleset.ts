// A ruleset as GitHub's API shows it to whoever asks.
import type { Ruleset } from '../model/index.ts';
import type { InRepository } from '../world/subject.ts';
import { fullName, nodeId } from '../world/world.ts';
import { repositoryPage, repositoryUrl } from './repository.ts';

/** A `repository-ruleset`. */
export function rulesetShape(
  { world, repository }: InRepository,
  { id, name, include, rules, bypass }: Ruleset,
  login: string,
) {
  return {
    id,
    name,
    target: 'branch',
    source_type: 'Repository',
    source: fullName(repository),
    enforcement: 'active',
    conditions: { ref_name: { include, exclude: [] } },
    rules,
    node_id: nodeId('RRS', id),
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    current_user_can_bypass: bypass.includes(login) ? 'always' : 'never',
    _links: {
      self: { href: `${repositoryUrl(world, repository)}/rulesets/${id}` },
      html: { href: `${repositoryPage(world, repository)}/rules/${id}` },
    },
  };
}
