// Where personas elsewhere send their answers, and get the code. One place: who tells an address and who answers there must not drift apart.

/** The address of a request's answer, below the public one. */
export function callbackPath(requestId: string): string {
  return `/persona-callback/${encodeURIComponent(requestId)}`;
}

/** The address of a request's code, below the public one. */
export function sourcePath(requestId: string): string {
  return `/persona-source/${encodeURIComponent(requestId)}`;
}
