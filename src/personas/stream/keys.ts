// What lies where in Redis: one place for the names that Troupe and workers in any language share. docs/personas.md tells them.

/** The group of all workers of a persona. */
export const workersGroup = 'workers';

/** A request of more bytes lies under a key of its own, and its entry tells where. */
export const mostInEntry = 256 * 1024;

/** After so many deliveries a request is given up: it takes its workers with it. */
export const mostDeliveries = 3;

/** Names below one prefix. */
export interface StreamKeys {
  /** The stream of requests to a persona. */
  requests(persona: string): string;
  /** That it was sent: the id of its entry. */
  sent(requestId: string): string;
  /** The body of a large request. */
  body(requestId: string): string;
  /** Its answer. */
  done(requestId: string): string;
  /** That nobody waits for it any more. */
  cancelled(requestId: string): string;
  /** Which requests were answered, one after the other: who listens looks for the answer itself. */
  readonly results: string;
  /** Requests that were given up. */
  readonly dead: string;
}

/** The names. */
export function streamKeys(prefix: string): StreamKeys {
  return {
    requests: (persona) => `${prefix}:${persona}`,
    sent: (requestId) => `${prefix}:sent:${requestId}`,
    body: (requestId) => `${prefix}:body:${requestId}`,
    done: (requestId) => `${prefix}:done:${requestId}`,
    cancelled: (requestId) => `${prefix}:cancel:${requestId}`,
    results: `${prefix}:results`,
    dead: `${prefix}:dead`,
  };
}
