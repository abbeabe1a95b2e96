// Headers on their way through: those that are of one connection only stay behind. Pure.

/** RFC 9110, 7.6.1, and what is between an agent and the proxy alone. */
const ofOneConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What is handed on. */
export function passedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  more: ReadonlySet<string> = new Set(),
): Record<string, string | string[]> {
  const named = new Set(
    [headers['connection'] ?? []].flat().flatMap((value) => value.split(',').map((name) => name.trim().toLowerCase())),
  );
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !ofOneConnection.has(entry[0]) && !named.has(entry[0]) && !more.has(entry[0]),
    ),
  );
}
