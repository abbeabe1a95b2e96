// What the HTTP side works with. Shapes only.
import type { AnswerFaults } from '../traffic/faults.ts';
import type { Limiter } from '../traffic/limits.ts';
import type { OpenApiGuard } from '../traffic/openapi-guard.ts';
import type { RequestLogEntry, Violation } from '../types/index.ts';
import type { Courier } from '../traffic/webhooks.ts';
import type { World } from '../world/world.ts';

/** What the server keeps of what it saw. */
export interface ServerLog {
  readonly requests: RequestLogEntry[];
  readonly gitRequests: string[];
  readonly unknownRoutes: string[];
  readonly violations: Violation[];
}

/** What the server works with. */
export interface ServerParts {
  readonly world: World;
  readonly limiter: Limiter;
  readonly courier: Courier;
  readonly faults: AnswerFaults;
  readonly guard: OpenApiGuard | undefined;
  readonly log: ServerLog;
  readonly onGitRequest: (() => void) | undefined;
}
