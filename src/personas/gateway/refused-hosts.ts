// Which connections were refused, and how often: one line for people. Bounded, whatever a program tries.
import { gatewayMessages as say } from './messages.ts';

/** A list of refusals. */
export interface RefusedHosts {
  /** `true`: it is the first to that place. */
  add(host: string, port: number): boolean;
  /** A sentence; undefined: nothing was refused. */
  told(): string | undefined;
}

const mostPlaces = 100;
const mostTold = 8;

/** An empty list. */
export function refusedHosts(): RefusedHosts {
  const counts = new Map<string, { readonly host: string; readonly port: number; readonly count: number }>();
  let more = 0;
  return {
    add(host, port) {
      const shown = shownHost(host);
      const key = `${shown}:${port}`;
      const known = counts.get(key);
      if (known === undefined && counts.size >= mostPlaces) more += 1;
      else counts.set(key, { host: shown, port, count: (known?.count ?? 0) + 1 });
      return known === undefined && more === 0;
    },
    told() {
      const all = [...counts.values()].toSorted((a, b) => b.count - a.count);
      if (all.length === 0) return undefined;
      return say.refused(all.slice(0, mostTold), Math.max(0, all.length - mostTold) + more);
    },
  };
}

/** A program may ask for whatever it likes; people see a name. */
function shownHost(host: string): string {
  return host.replaceAll(/[^\w.:-]/g, '?').slice(0, 100);
}
