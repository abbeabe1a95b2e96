// What lies on the desk of a request that died → its answer, if one was handed in. Pure. By halves is nothing, and so is what may go on.
import { isObject, parseJson } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import type { PersonaResult } from '../model/types.ts';
import { checkResult, parseResult } from '../result/parse-result.ts';
import type { LeftOnDesk } from './request-desk.ts';

/** What was handed in, as far as anybody knows. */
export interface HandedIn extends Pick<LeftOnDesk, 'file' | 'printed' | 'handedIn'> {
  /** All that it said, where that is known to be all. */
  readonly said?: string;
}

/** What the answer is held against. */
export interface Wanted {
  readonly prompt: string;
  readonly schemas?: readonly JsonObject[];
}

/** The answer of a persona whose end nobody saw: by the tool, in its result file, or as all that it said or printed. */
export function handedInBefore(left: HandedIn, { prompt, schemas = [] }: Wanted): PersonaResult | undefined {
  const { file = '', printed, handedIn, said = '' } = left;
  const byTool = handedIn === undefined ? undefined : usable(checkResult(handedIn, schemas));
  if (byTool !== undefined) return byTool;
  if (file.trim() !== '') return usable(parseResult({ file, output: `${printed}${said}`, prompt }, schemas));
  const output = said === '' && isWhole(printed) ? printed : said;
  return output === '' ? undefined : usable(parseResult({ output, prompt }, schemas));
}

function usable(result: PersonaResult): PersonaResult | undefined {
  return result.error?.class === 'contract' ? undefined : result;
}

/** One object and nothing else: who tells more on the way may say it several times before it means it. */
function isWhole(printed: string): boolean {
  try {
    return isObject(parseJson(printed.trim()));
  } catch {
    return false;
  }
}
