// How a place inside a file is written: `steps[2].persona`. Text only.

/** `steps[2].persona` of `/steps/2/persona`. */
export function documentPath(pointer: string, key?: string): string {
  const parts = pointer.split('/').slice(1).map(unescape);
  return pathOfNames([...parts, ...(key === undefined ? [] : [key])]);
}

/** `verify[0][1]` of the names on the way. */
export function pathOfNames(names: readonly (string | number)[]): string {
  return names.reduce<string>(childPath, '');
}

/** The path one level down. */
export function childPath(path: string, key: string | number): string {
  if (/^\d+$/.test(String(key))) return `${path}[${key}]`;
  return path === '' ? String(key) : `${path}.${key}`;
}

function unescape(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
