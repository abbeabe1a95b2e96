// Plays stories with deaths one after the other, in a small process of its own: a big one is slow to start git. Ends with its parent.
import { playWithDeaths } from '../support/crash-world.ts';
import type { ToPlay } from '../support/crash-world.ts';
import type { Played } from '../support/crash-matrix.ts';

process.on('message', (wish: ToPlay) => {
  playWithDeaths(wish)
    .then((story): Played => ({ story }))
    .catch((error: unknown): Played => ({ failure: error instanceof Error ? error.message : String(error) }))
    .then((played) => process.send?.(played))
    .catch(() => process.exit(1));
});
process.on('disconnect', () => process.exit(0));
