// All routes of the API in one table.
import { appRoutes } from './app.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { contentRoutes } from './contents.ts';
import { deliveryRoutes } from './deliveries.ts';
import { graphqlRoutes } from './graphql.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { pullRoutes } from './pulls.ts';
import { refRoutes } from './refs.ts';
import { releaseRoutes } from './releases.ts';
import { ruleRoutes } from './rules.ts';
import { repositoryRoutes } from './repositories.ts';
import { nameOf } from './route.ts';
import type { Route } from './route.ts';
import { statusRoutes } from './statuses.ts';
import { workflowRoutes } from './workflows.ts';

/** Every route the local GitHub answers. */
export const routes: readonly Route[] = [
  ...appRoutes,
  ...deliveryRoutes,
  ...repositoryRoutes,
  ...ruleRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...commentRoutes,
  ...contentRoutes,
  ...refRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...checkRoutes,
  ...statusRoutes,
  ...releaseRoutes,
  ...workflowRoutes,
  ...graphqlRoutes,
];

/** `GET /repos/{owner}/{repo}` and so on: what the OpenAPI subset has to hold. */
export function routeNames(): readonly string[] {
  return routes.map(nameOf);
}
