// What a reply says it took, whatever else it says: for those that come when nobody waits for them any more.
import type { Usage } from '../../engine/index.ts';
import type { Reply } from '../model/types.ts';
import { checkResult, maxResultBytes, parseResult } from './parse-result.ts';
import { parseJson } from '../../support/index.ts';

/** The usage in a reply; unknown where it tells none. */
export function replyUsage({ body }: Reply): Usage {
  const text = Buffer.from(body).toString('utf8');
  return (text.length > maxResultBytes ? usageOfObject(text) : undefined) ?? parseResult({ output: text }).usage;
}

/** A result with a bundle in it is larger than a log is read. */
function usageOfObject(text: string): Usage | undefined {
  try {
    return checkResult(parseJson(text)).usage;
  } catch {
    return undefined;
  }
}
