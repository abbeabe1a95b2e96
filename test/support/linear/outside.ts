// Which functions of src reach outside of the process: disks, other programs, the network. Follows the names that each uses.
import { declarationOf, isNode } from './source-files.ts';
import type { Node, Sources } from './source-files.ts';

const outside =
  /^node:(?:fs|fs\/promises|child_process|net|http|https|http2|dgram|dns|tls|sqlite|worker_threads|cluster|readline|tty|timers\/promises)$|^(?:pino|probot|fastify|simple-git|@clack\/prompts|log-update|@redis\/client)$/;
const outsideGlobals = new Set(['fetch', 'WebSocket']);

/** What the function that a module calls so reaches outside of the process (`node:fs`), or undefined. */
export type ReachOf = (file: string, name: string) => string | undefined;

/** Answers for the functions of these modules. */
export function createReach(sources: Sources): ReachOf {
  const known = new Map<string, Uses>();
  function usesOf({ file, node }: Place): Uses {
    const key = `${file} ${String(node['start'])}`;
    const uses = known.get(key) ?? usesIn(sources, file, node);
    known.set(key, uses);
    return uses;
  }
  return (file, name) => {
    const first = declarationOf(sources, file, name);
    const left = first !== undefined && 'node' in first ? [first] : [];
    const seen = new Set(left.map(({ node }) => node));
    for (let place = left.pop(); place !== undefined; place = left.pop()) {
      const { reaches, places } = usesOf(place);
      if (reaches !== undefined) return reaches;
      for (const next of places) if (!seen.has(next.node)) left.push(next);
      for (const { node } of places) seen.add(node);
    }
    return undefined;
  };
}

interface Place {
  readonly file: string;
  readonly node: Node;
}

interface Uses {
  readonly reaches: string | undefined;
  readonly places: readonly Place[];
}

function usesIn(sources: Sources, file: string, node: Node): Uses {
  const places: Place[] = [];
  let reaches: string | undefined;
  for (const name of namesUsed(node)) {
    const found = declarationOf(sources, file, name);
    if (found === undefined) reaches ??= outsideGlobals.has(name) ? name : undefined;
    else if ('node' in found) places.push(found);
    else if (outside.test(found.from)) reaches ??= found.from;
  }
  return { reaches, places };
}

/** Names in code, not in types. */
function namesUsed(root: Node): ReadonlySet<string> {
  const names = new Set<string>();
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (!isNode(value)) continue;
    const { type } = value;
    if (typeof type === 'string' && type.startsWith('TS') && !/^TS(?:As|NonNull|Satisfies)/.test(type)) continue;
    if (type === 'Identifier') names.add(String(value['name']));
    for (const [key, child] of Object.entries(value)) {
      // `a.name` uses `a`; `{ name: b }` uses `b`
      const isLabel = (key === 'property' || key === 'key') && value['computed'] !== true;
      if (!isLabel) left.push(child);
    }
  }
  return names;
}
