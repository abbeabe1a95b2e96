// All routes of the API in one table.
import type { Limiter } from '../limits.ts';
import { createLimiter } from '../limits.ts';
import type { Route } from '../router.ts';
import type { Courier } from '../webhooks.ts';
import { createCourier } from '../webhooks.ts';
import { createFaultBoard } from '../faults.ts';
import { systemClock } from '../../support/index.ts';
import { appRoutes } from './app.ts';
import { checkRoutes } from './checks.ts';
import { contentRoutes } from './contents.ts';
import { deliveryRoutes } from './deliveries.ts';
import { graphqlRoutes } from './graphql.ts';
import { issueRoutes } from './issues.ts';
import { pullRoutes } from './pulls.ts';
import { releaseRoutes } from './releases.ts';
import { repositoryRoutes } from './repositories.ts';

/** Every route the local GitHub answers. */
export function allRoutes(parts: { readonly limiter: Limiter; readonly courier: Courier }): readonly Route[] {
  return [
    ...appRoutes,
    ...deliveryRoutes(parts.courier),
    ...repositoryRoutes(parts.limiter),
    ...issueRoutes,
    ...contentRoutes,
    ...pullRoutes,
    ...checkRoutes,
    ...releaseRoutes,
    ...graphqlRoutes,
  ];
}

/** `GET /repos/{owner}/{repo}` and so on: what the OpenAPI subset has to hold. */
export function routeNames(): readonly string[] {
  const parts = { limiter: createLimiter(systemClock), courier: createCourier(createFaultBoard()) };
  return allRoutes(parts).map((route) => `${route.method} ${route.path}`);
}
