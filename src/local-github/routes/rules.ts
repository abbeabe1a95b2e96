// Rules of branches as the API tells them: which hold for a branch, and one ruleset with whether the caller may pass it by.
import { numberParam } from '../world/input.ts';
import { notFound, ok, page } from '../world/replies.ts';
import { holdsFor } from '../pushes/rulesets.ts';
import { rulesetShape } from '../shapes/ruleset.ts';
import { fullName } from '../world/world.ts';
import { grant, onRepository } from './route.ts';
import type { Route } from './route.ts';

const reads = [grant('metadata', 'read')];

/** `/rules/branches/{branch}` and `/rulesets/{ruleset_id}`. */
export const ruleRoutes: readonly Route[] = [
  onRepository('GET /rules/branches/{branch}', reads, ({ repository, params, url }) => {
    const found = repository.rulesets.filter((one) => holdsFor(one, params['branch'] ?? '', repository));
    const rules = found.flatMap(({ id, rules: all }) =>
      all.map((rule) => ({
        ...rule,
        ruleset_source_type: 'Repository',
        ruleset_source: fullName(repository),
        ruleset_id: id,
      })),
    );
    return page(url, rules, (some) => [...some]);
  }),
  onRepository('GET /rulesets/{ruleset_id}', reads, (request) => {
    const { repository, params } = request;
    const found = repository.rulesets.find(({ id }) => id === numberParam(params, 'ruleset_id'));
    if (found === undefined) throw notFound();
    return ok(rulesetShape(request, found, request.actor.user.login));
  }),
];
