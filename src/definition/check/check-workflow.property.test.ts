import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeWorkflow } from '../describe.ts';
import { workflowGraph } from '../graph.ts';
import { checkWorkflow } from './check-workflow.ts';

const folder = resolve(import.meta.dirname, '../../../workflows');
const sources = ['project-loop', 'feature', 'hotfix'].map((id) => readFileSync(join(folder, `${id}.yml`), 'utf8'));

/** A built-in workflow with a few lines changed, as a slip of the hand would. */
const damaged = fc
  .tuple(
    fc.constantFrom(...sources),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('drop', 'twice', 'indent', 'swap', 'cut', 'replace'),
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ':',
          '- ',
          '*a',
          '&a',
          '!x',
          '"',
          "'",
          '{{',
          '}}',
          '|',
          'null',
          '1',
          '~',
          '\t',
          '<<: *a',
        ),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([source, changes]) => changes.reduce((text, change) => damage(text, change), source));

function damage(text: string, [where, how, what]: readonly [number, string, string]): string {
  const lines = text.split('\n');
  const at = where % lines.length;
  const line = lines[at] ?? '';
  if (how === 'drop') lines.splice(at, 1);
  else if (how === 'twice') lines.splice(at, 0, line);
  else if (how === 'indent') lines[at] = `  ${line}`;
  else if (how === 'swap') lines.splice(at, 2, ...lines.slice(at, at + 2).toReversed());
  else if (how === 'cut') lines[at] = line.slice(0, Math.floor(line.length / 2)) + what;
  else lines[at] = line.replace(/:.*$/, `: ${what}`);
  return lines.join('\n');
}

test('a damaged workflow has findings at real places, or is a workflow that can be shown', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
      const checked = checkWorkflow({ id: 'x', file: 'x.yml', text }, {});
      const lineCount = text.split(/\r\n?|\n/).length;
      for (const { line, column, message } of checked.findings) {
        expect(line >= 1 && line <= lineCount && column >= 1).toBe(true);
        expect(message).not.toContain('undefined');
        expect(message).not.toContain('[object');
      }
      if (!checked.ok) {
        expect(checked.findings.some(({ severity }) => severity === 'error')).toBe(true);
        return;
      }
      expect(JSON.parse(JSON.stringify(checked.workflow))).toEqual(checked.workflow);
      expect(workflowGraph(checked.workflow)).toContain('flowchart');
      expect(describeWorkflow(checked.workflow)).toContain('## Steps');
    }),
    { numRuns: 1_000 },
  );
});
