// Where personas elsewhere get their requests and the code, and send their answers. One place: who tells an address and who answers there must not drift apart.

/** The address of a request's answer, below the public one. */
export function callbackPath(requestId: string): string {
  return `/persona-callback/${encodeURIComponent(requestId)}`;
}

/** The address of a request's code, below the public one. */
export function sourcePath(requestId: string): string {
  return `/persona-source/${encodeURIComponent(requestId)}`;
}

/** The address of a request itself, for whoever is called to work on it, below the public one. */
export function requestPath(requestId: string): string {
  return `/persona-request/${encodeURIComponent(requestId)}`;
}
