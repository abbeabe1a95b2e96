// What a reply says it took, whatever else it says: for those that come when nobody waits for them any more.
import type { Usage } from '../../engine/index.ts';
import type { Reply } from '../model/types.ts';
import { parseResult } from './parse-result.ts';

/** The usage in a reply; unknown where it tells none. */
export function replyUsage({ body }: Reply): Usage {
  return parseResult({ output: Buffer.from(body).toString('utf8') }).usage;
}
