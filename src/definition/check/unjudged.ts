// Whether a step may change files after a verdict that the end of the workflow needs: there the run would be refused, after all was paid.
import type { DefinitionContext } from '../source/definition-context.ts';
import type { Report } from '../source/report.ts';
import type { SourceList, SourceStep } from '../source/source-steps.ts';
import { sourceSteps, stringsOf } from '../source/source-steps.ts';
import { upstreamOf } from './upstream.ts';

/** Reports judges whose verdict a later step may make out of date, with the line to write. One finding for each judge. */
export function checkUnjudged(lists: readonly SourceList[], context: DefinitionContext, report: Report): void {
  const said = new Set<SourceStep>();
  for (const finish of sourceSteps(lists)) {
    const operation = finish.kind?.finishes?.(finish.step);
    if (operation === undefined) continue;
    if (finish.step['allow_unverified'] === true) continue;
    const before = [...upstreamOf(finish, lists).values()].map(({ step }) => step);
    for (const judge of before) {
      const writers = isJudge(judge, context) ? writersAfter(judge, { before, lists, context }) : [];
      if (writers.length === 0 || said.has(judge)) continue;
      said.add(judge);
      const named = writers.map(({ id }) => `\`${id}\``).join(', ');
      report({
        code: 'structure/judged-before',
        path: `${judge.path}.id`,
        severity: 'warning',
        message: `${named} may change files after \`${judge.id}\` has judged them; \`${operation}\` (\`${finish.id}\`) then refuses`,
        hint: `Write \`unjudged: ["docs/**", "*.md"]\` on \`${judge.id}\` for the files that need no judgement, or let it judge after ${named}.`,
      });
    }
  }
}

/** A persona whose verdict counts, that changes nothing itself and says of no file that it may change afterwards. */
function isJudge(step: SourceStep, context: DefinitionContext): boolean {
  return (
    step.kind?.asksPersona === true &&
    commits(step, context) === false &&
    step.step['advisory'] !== true &&
    stringsOf(step.step['unjudged']).length === 0
  );
}

function writersAfter(
  judge: SourceStep,
  at: {
    readonly before: readonly SourceStep[];
    readonly lists: readonly SourceList[];
    readonly context: DefinitionContext;
  },
): readonly SourceStep[] {
  const known = upstreamOf(judge, at.lists);
  const hasJudged = [...known.values()].some(({ step }) => commits(step, at.context) === true);
  // whoever judges a plan has seen no file of the run
  if (!hasJudged) return [];
  return at.before.filter(
    (step) => step !== judge && !known.has(step.id) && commits(step, at.context) === true && !isOtherWay(step, judge),
  );
}

/** In the two branches of one conditional: only one of them runs. */
function isOtherWay(a: SourceStep, b: SourceStep): boolean {
  const sides = (step: SourceStep): Map<SourceStep, string> => {
    const found = new Map<SourceStep, string>();
    for (let list: SourceList | undefined = step.list; list?.owner !== undefined; list = list.owner.list)
      found.set(list.owner, list.branch ?? list.kind);
    return found;
  };
  const sidesOfB = sides(b);
  return [...sides(a)].some(
    ([owner, kind]) => owner.kind?.children?.isChoice === true && (sidesOfB.get(owner) ?? kind) !== kind,
  );
}

/** Whether the step commits what it changes; undefined where nobody knows. */
function commits(step: SourceStep, context: DefinitionContext): boolean | undefined {
  return step.kind?.commits?.(step.step, context);
}
