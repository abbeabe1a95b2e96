// Files that agents obey by another name: what the links of a commit lead to, when they stand where an agent looks. Reads no tree.
import { posix } from 'node:path';
import { isAgentFile } from './agent-paths.ts';
import { foldedName, looseText, rawName, shownName } from './names.ts';
import type { RawName } from './names.ts';
import { eachBlob } from './secret-guard.ts';
import type { InTree } from './types-inside.ts';
import { entriesOf } from './zero-point.ts';

/** Places that are read through a link, by how disks compare them: the name of the link as it is shown. */
export type BehindLinks = ReadonlyMap<string, string>;

/** Links lead to links; longer chains are nobody's work. */
const mostHops = 8;

interface Step {
  /** Where the chain begins. */
  readonly first: RawName;
  readonly link: RawName;
  /** What of the path is left behind the link. */
  readonly rest: string;
}

/** The places in the tree behind links that agents read: `docs/guide.md` of a `CLAUDE.md -> docs/guide.md`. */
export async function behindAgentLinks(git: InTree, indexFile: string): Promise<BehindLinks> {
  const links = new Map(
    [...(await entriesOf(git, indexFile))]
      .filter(([, { mode }]) => mode === '120000')
      .map(([name, { id }]) => [name, id]),
  );
  const behind = new Map<string, string>();
  let steps: readonly Step[] = [...links.keys()]
    .filter((name) => isAgentFile(looseText(name)))
    .map((link) => ({ first: link, link, rest: '' }));
  for (let hops = 0; steps.length > 0 && hops < mostHops; hops += 1) {
    const targets = await contentOf(
      git,
      steps.map(({ link }) => links.get(link) ?? ''),
    );
    steps = steps.flatMap(({ first, link, rest }) => {
      const place = landing(link, `${targets.get(links.get(link) ?? '') ?? '..'}${rest}`);
      if (place === undefined) return [];
      const next = foldersOf(place).find((folder) => links.has(folder));
      behind.set(foldedPath(looseText(next ?? place)), shownName(first));
      return next === undefined ? [] : [{ first, link: next, rest: place.slice(next.length) }];
    });
  }
  return behind;
}

/** The link through which an agent reads what lies at the path, below it, or in the folder that it takes the place of. */
export function linkTo(path: string, behind: BehindLinks): string | undefined {
  if (behind.size === 0) return undefined;
  const folded = foldedPath(path);
  for (const [place, link] of behind)
    if (`${folded}/`.startsWith(`${place}/`) || place.startsWith(`${folded}/`)) return link;
  return undefined;
}

async function contentOf(git: InTree, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const content = new Map<string, string>();
  await eachBlob({ run: git }, ids, (id, bytes) => content.set(id, bytes.toString('latin1')));
  return content;
}

/** Undefined: outside of the tree, or all of it. */
function landing(link: RawName, target: string): RawName | undefined {
  if (target.startsWith('/')) return undefined;
  const place = posix.join(posix.dirname(link), target).replace(/\/$/, '');
  return place === '.' || place === '..' || place.startsWith('../') ? undefined : rawName(place);
}

/** The path's own folders from the outside in, and itself. */
function foldersOf(path: RawName): readonly RawName[] {
  const names = path.split('/');
  return names.map((_, index) => rawName(names.slice(0, index + 1).join('/')));
}

function foldedPath(path: string): string {
  return path.split('/').map(foldedName).join('/');
}
