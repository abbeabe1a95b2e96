// What a 403 is about: which permission is missing, by the name that whoever holds the token gives it, or which setting forbids it. Pure.

/** Whose token it is: of the job in GitHub Actions, of an App's installation, or of a person. */
export type TokenHolder = 'job' | 'app' | 'person';

/** A permission at a level, as GitHub's API names it: `pull_requests`, `write`. */
export interface Permission {
  readonly name: string;
  readonly level: string;
}

/** Ways to be allowed; of one way, every permission is needed. */
export type Ways = readonly (readonly Permission[])[];

/** Which part of the API asks for which permission: for answers that do not say it themselves. The first that fits holds. */
const needs: readonly (readonly [path: RegExp, name: string])[] = [
  [/\/commits\/[^/]+\/check-|\/check-(runs|suites)\b/, 'checks'],
  [/\/statuses\/|\/commits\/[^/]+\/status(es)?\b/, 'statuses'],
  [/\/deployments\b|\/environments\b/, 'deployments'],
  [/\/actions\//, 'actions'],
  [/\/pulls\b/, 'pull_requests'],
  [/\/(issues|labels|milestones)\b/, 'issues'],
  [/^\/(orgs|teams)\//, 'members'],
  [/\/(git|contents|branches|commits|compare|merges|releases|tags)\b/, 'contents'],
];

/** What the header `x-accepted-github-permissions` says: `;` between ways, `,` between the permissions of one. */
export function acceptedOf(header: unknown): Ways {
  if (typeof header !== 'string') return [];
  const ways = header.split(';').map((way) =>
    way.split(',').flatMap((part) => {
      const [name = '', level = 'read'] = part.trim().split('=');
      return /^[a-z_]+$/.test(name) ? [{ name, level }] : [];
    }),
  );
  return ways.filter((way) => way.length > 0);
}

/** What a request needs, told from its address. */
export function neededFor(request: { readonly method: string; readonly url: string }): Ways {
  if (!URL.canParse(request.url)) return [];
  const path = new URL(request.url).pathname.replace(/^\/api\/v3/, '');
  const found = needs.find(([pattern]) => pattern.test(path));
  const level = ['GET', 'HEAD'].includes(request.method.toUpperCase()) ? 'read' : 'write';
  return found === undefined ? [] : [[{ name: found[1], level }]];
}

/** Whether GitHub's words only say that it is forbidden: then a permission is missing. Any other words tell of a setting. */
export function isAboutPermission(words: string): boolean {
  return /not accessible by|^forbidden\b|must have (?:admin|push|write|maintain)/i.test(words);
}

/** The names as the holder of the token finds them: `pull-requests: write` in a job, `pull_requests: write` elsewhere. */
export function namesOf(ways: Ways, holder: TokenHolder): string {
  return ways.map((way) => way.map((one) => `\`${nameOf(one, holder)}\``).join(' and ')).join(' or ');
}

function nameOf({ name, level }: Permission, holder: TokenHolder): string {
  return `${holder === 'job' ? name.replaceAll('_', '-') : name}: ${level}`;
}

/** Whether the token of a job can be given one of the ways: some permissions are no key of `permissions:`. */
export function canJobHave(ways: Ways): boolean {
  return ways.some((way) => way.every(({ name }) => ofJobs.has(name)));
}

const ofJobs = new Set([
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'issues',
  'packages',
  'pages',
  'pull_requests',
  'security_events',
  'statuses',
  'metadata',
]);
