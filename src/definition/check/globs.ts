// Globs that stand in the file as they are: none that is too large to be matched with every path of a repository.
import { globProblem } from '../../support/index.ts';
import { objectOf, stringsOf } from '../source/source-steps.ts';
import type { SourceStep } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';

/** Reports the lists of globs of one step that are too large. What templates give is looked at when it is matched. */
export function checkGlobs({ step, path }: SourceStep, report: Report): void {
  for (const key of ['unjudged', 'paths'])
    checkList(stringsOf(step[key]), { path: `${path}.${key}`, name: key }, report);
  const globs = Object.keys(objectOf(step['conflicts']));
  checkList(globs, { path: `${path}.conflicts`, name: 'conflicts' }, report);
}

function checkList(
  globs: readonly string[],
  at: { readonly path: string; readonly name: string },
  report: Report,
): void {
  // a template is no glob yet
  const found = globProblem(globs.map((glob) => (glob.includes('{{') ? '' : glob)));
  if (found === undefined) return;
  const { index, problem } = found;
  const isListed = at.name !== 'conflicts' && index !== undefined;
  report({
    code: 'schema/bad-value',
    path: isListed ? `${at.path}[${index}]` : at.path,
    message: `${index === undefined ? `\`${at.name}\`` : `A glob of \`${at.name}\``} ${problem}`,
    hint: 'Write shorter globs, or several of them.',
  });
}
