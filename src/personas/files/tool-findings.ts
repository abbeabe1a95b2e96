// What is wrong with what a persona file says about tools, as findings with their places. Reads no values.
import { defined } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import { frontMatterMessages } from '../model/messages.ts';
import type { FindingAt } from './finding-at.ts';
import type { FrontMatter } from './front-matter.ts';
import { restrictionIn } from './restrictions.ts';
import type { ReadTools } from './tools.ts';

/** The findings of the keys, and a restriction that stands below the front matter, where it limits nothing. */
export function toolFindings(front: FrontMatter, tools: ReadTools, at: FindingAt): Finding[] {
  const found = tools.problems.map(({ key, severity, code, message, hint }) =>
    at(key.split('.'), { severity, code, message, ...defined({ hint }) }),
  );
  const index = tools.isRestricted || front.mistakes.length > 0 ? undefined : restrictionIn(front.body);
  if (index === undefined) return found;
  const line = front.body.split('\n')[index] ?? '';
  const outside = at([], {
    code: 'persona/restriction',
    message: frontMatterMessages.outside(line.trim().slice(0, 80)),
    hint: frontMatterMessages.outsideHint(),
  });
  return [...found, { ...outside, line: front.bodyLine + index, column: 1 }];
}
