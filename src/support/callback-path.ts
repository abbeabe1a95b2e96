// Where answers of personas are sent to. One place: who tells the address and who answers there must not drift apart.

/** The address of a request's answer, below the public one. */
export function callbackPath(requestId: string): string {
  return `/persona-callback/${encodeURIComponent(requestId)}`;
}
