// Where Troupe itself lies on this machine, and its pages of documentation. Looks which files there are; reads none.
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';

/** The folder of the package: the nearest one above with `workflows` and `personas`. */
export function packageRoot(from: string = import.meta.dirname): string {
  if (
    existsSync(join(from, 'workflows')) &&
    existsSync(join(from, 'personas')) &&
    existsSync(join(from, 'package.json'))
  )
    return from;
  const above = dirname(from);
  if (above === from) throw new Error('The built-in workflows were not found beside the program');
  return packageRoot(above);
}

/**
 * A page as a person who reads this can open it: `docs/operating.md` in a checkout of Troupe, elsewhere its whole path.
 * The Action has no pages beside it: there it is the page's name.
 */
export function docsPage(name: string, root: string = packageRoot(), cwd: string = process.cwd()): string {
  const page = join(root, 'docs', name);
  if (!existsSync(page)) return `docs/${name} of Troupe`;
  const near = relative(cwd, page);
  return near.startsWith('..') || isAbsolute(near) ? page : near;
}
