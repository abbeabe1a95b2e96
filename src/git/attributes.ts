// What a repository's attributes say about names. Asks git; runs no filter.
import { linesOfNames, listOfNames, rawFields, rawName } from './names.ts';
import type { RawName } from './names.ts';
import type { InTree } from './types-inside.ts';

/** The attributes that make git store something else than what lies in the tree, or the reverse. */
const asked = ['filter', 'working-tree-encoding', 'eol', 'ident'] as const;

/** Of one name: only what is set to something. */
export type Attributes = Partial<Record<(typeof asked)[number], string>>;

/** The file that holds attributes, and the one that says what git does not look at. */
export const attributesFile = '.gitattributes';
export const ignoreFile = '.gitignore';

/** Whether a path is a file of that name, in whatever folder. */
export function isNamed(path: RawName, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

/** Attributes by name; names with none of them are left out. `index`: as committed, whatever lies in the tree. */
export async function attributesOf(
  git: InTree,
  names: readonly RawName[],
  from: { readonly index?: boolean; readonly indexFile?: string } = {},
): Promise<ReadonlyMap<RawName, Attributes>> {
  const found = new Map<RawName, Attributes>();
  if (names.length === 0) return found;
  const said = await git({
    what: 'read the attributes',
    args: ['check-attr', '-z', '--stdin', ...(from.index === true ? ['--cached'] : []), ...asked],
    input: listOfNames(names),
    ...(from.indexFile === undefined ? {} : { env: { GIT_INDEX_FILE: from.indexFile } }),
  });
  // values may be empty: `filter=`
  const fields = said.bytes.toString('latin1').split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [name = '', attribute = '', value = ''] = fields.slice(at, at + 3);
    if (value === 'unspecified' || value === 'unset' || value === '') continue;
    const path = rawName(name);
    found.set(path, { ...found.get(path), [attribute]: value });
  }
  return found;
}

/** Which of the names git cannot store under the encoding that their attributes name. Writes objects, touches no index. */
export async function unstorable(
  git: InTree,
  names: readonly RawName[],
  indexFile: string,
): Promise<ReadonlySet<RawName>> {
  const failed = new Set<RawName>();
  for (let left = names; left.length > 0;) {
    const tried = await git({
      what: 'read files in their encodings',
      args: ['hash-object', '-w', '--stdin-paths'],
      input: linesOfNames(left),
      env: { GIT_INDEX_FILE: indexFile },
      accept: [0, 128],
    });
    // one line for each file; the first one without a line is where it stopped
    const stored = rawFields(tried.bytes).join('').split('\n').length - 1;
    const stopped = left[stored];
    if (stopped !== undefined) failed.add(stopped);
    left = left.slice(stored + 1);
  }
  return failed;
}
