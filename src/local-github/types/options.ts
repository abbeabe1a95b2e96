// How a local GitHub is started. Shapes only.
import type { Clock } from '../../support/index.ts';

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** How the local GitHub is started. */
export interface LocalGitHubOptions {
  /** Folder for the bare repositories. Made if it is not there. */
  readonly dir: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Where Apps made without a hook of their own get their webhooks. */
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly clock?: Clock;
  /** Requests that GitHub's published OpenAPI description does not allow are answered 422 and kept in `violations`. Default true. */
  readonly strict?: boolean;
  readonly limits?: LimitOptions;
  /** Called before a git client is answered. */
  readonly onGitRequest?: () => void;
  /** How long installation tokens live. Default one hour, as on GitHub. */
  readonly tokenLifetimeMs?: number;
}

/** Rate limits. Absent secondary limits are not enforced. */
export interface LimitOptions {
  /** Requests per hour and installation. Default 5,000. */
  readonly perHour?: number;
  /** Issues, comments, pull requests and reviews per minute (GitHub: 80). */
  readonly contentPerMinute?: number;
  /** The same per hour (GitHub: 500). */
  readonly contentPerHour?: number;
  /** Points per minute: GET 1, everything else 5 (GitHub: 900). */
  readonly pointsPerMinute?: number;
  /** How a secondary limit is answered: 403 with, 403 without `retry-after`, or 429. Default `403`. */
  readonly answer?: '403' | '403-without-retry-after' | '429';
}
