// The Python of this machine that can speak to Redis: several may be there, and packages are one's own.
import { spawnSync } from 'node:child_process';

/** Its path; undefined: none. */
export function pythonWithRedis(): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (one) => spawnSync(one, ['-c', 'import redis'], { stdio: 'ignore' }).status === 0,
  );
}
