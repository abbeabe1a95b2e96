import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkWorkflow } from './check/check-workflow.ts';
import { definitionCodes } from './codes.ts';
import { describeWorkflow } from './describe.ts';
import { workflowGraph } from './graph.ts';
import { stepKinds } from './kinds/list.ts';
import { languageExample, languagePage } from './language-page.ts';
import { workflowJsonSchema } from './schemas/workflow-schema.ts';
import { asksPersona } from './model/step-facets.ts';
import type { DefinitionContext } from './source/definition-context.ts';
import type { Workflow } from './model/types.ts';
import { allSteps } from './model/walk-steps.ts';

const root = resolve(import.meta.dirname, '../..');
const context: DefinitionContext = {
  providers: new Set(),
  variables: new Set(),
  personas: new Map(
    [
      'implementation-planner',
      'plan-evaluator',
      'lead-engineer',
      'qa-engineer',
      'code-reviewer',
      'security-reviewer',
      'hotfix-specialist',
      'documentation-writer',
      'performance-reviewer',
    ].map((id) => [id, { edits: /engineer|specialist|writer/.test(id) }]),
  ),
};

function builtIn(id: string): Workflow {
  const text = readFileSync(join(root, 'workflows', `${id}.yml`), 'utf8');
  const checked = checkWorkflow({ id, file: `${id}.yml`, text, builtIn: true }, context);
  expect(checked.findings).toEqual([]);
  if (!checked.ok) throw new Error('it has errors');
  return checked.workflow;
}

/** The personas it asks, in file order. */
function personas(workflow: Workflow): readonly string[] {
  return allSteps(workflow).flatMap(({ step }) => (asksPersona(step) ? [step.persona] : []));
}

describe('the built-in workflows', () => {
  test.each(['project-loop', 'feature', 'hotfix'])(
    '%s has no finding, its own label, and ends with a pull request',
    (id) => {
      const workflow = builtIn(id);
      expect(workflow.name).toBe(id);
      expect(workflow.trigger.labels).toContain(`troupe:${id}`);
      expect(workflow.steps[0]?.id).toBe('prepare');
      expect(workflow.finally.at(-1)?.id).toBe('settle');
      expect(workflow.steps.at(-1)).toMatchObject({ type: 'git-operation', operation: 'open-pull-request' });
    },
  );

  test('project-loop makes exactly six persona calls, the reviews at the same time', () => {
    const workflow = builtIn('project-loop');
    expect(personas(workflow)).toEqual([
      'implementation-planner',
      'plan-evaluator',
      'lead-engineer',
      'qa-engineer',
      'code-reviewer',
      'security-reviewer',
    ]);
    expect(workflow.steps.find(({ id }) => id === 'reviews')).toMatchObject({
      type: 'parallel',
      waitFor: 'all',
      dependencies: ['qa'],
      condition: "context.state.get('qa_status') === 'pass'",
    });
  });

  test('hotfix is the short path', () => {
    expect(personas(builtIn('hotfix'))).toEqual(['hotfix-specialist', 'qa-engineer', 'code-reviewer']);
  });

  test('feature reviews performance only where it matters, and documents what QA does not judge', () => {
    const steps = allSteps(builtIn('feature')).map(({ step }) => step);
    expect(steps.find(({ id }) => id === 'performance-review')?.condition).toBe(
      "task.scope === 'large' || task.performance_critical === true",
    );
    expect(steps.find(({ id }) => id === 'qa')?.unjudged).toEqual(['docs/**', '*.md', '**/*.md']);
    expect(steps.find(({ id }) => id === 'design-review')?.params).toMatchObject({ focus: 'design' });
    expect(steps.some((step) => asksPersona(step) && step.persona === 'documentation-writer')).toBe(true);
  });
});

describe('shown to people', () => {
  test('a graph with the statuses of a run', async () => {
    const graph = workflowGraph(builtIn('project-loop'), { qa: 'failed', reviews: 'skipped', finish: 'pending' });
    await expect(`${graph}\n`).toMatchFileSnapshot('./golden/project-loop.mmd');
  });

  test('a page', async () => {
    await expect(describeWorkflow(builtIn('feature'))).toMatchFileSnapshot('./golden/feature.md');
  });

  test('a graph keeps its form whatever names and conditions hold', () => {
    const text = `steps:
  - id: end
    name: 'say "hi" <b> \`x\`'
    type: conditional
    condition: task.title === "a" && 1 < 2
    then_steps: [{ id: graph, type: persona-request, persona: qa-engineer, on_error: { steps: [{ id: r-1, type: git-operation, operation: status }] } }]
`;
    const checked = checkWorkflow({ id: 'x', file: 'x.yml', text }, context);
    expect(checked.ok && workflowGraph({ ...checked.workflow, steps: checked.workflow.steps.slice(1) }))
      .toMatchInlineSnapshot(`
      "flowchart TD
        subgraph s_end["say &quot;hi&quot; &lt;b&gt; 'x'"]
          s_end_test{"task.title === &quot;a&quot; &amp;&amp; 1 &lt; 2"}
          subgraph s_end_yes["yes"]
            s_graph["Graph<br/>qa-engineer"]
            subgraph s_graph_on_error["when Graph fails"]
              s_r_1[["R 1<br/>status"]]
            end
            s_graph -.-> s_graph_on_error
          end
          s_end_test -- yes --> s_end_yes
        end
        s_prepare --> s_end
        subgraph list_finally["finally"]
          s_settle(["Settle the pull request"])
        end"
    `);
  });
});

describe('what is published', () => {
  test('the language page opens with a workflow that has no finding', () => {
    const checked = checkWorkflow({ id: 'fix', file: 'fix.yml', text: languageExample }, context);
    expect(checked.findings).toEqual([]);
  });

  test('schema and language page are fresh: run scripts/generate-schemas.ts', () => {
    const schema = readFileSync(join(root, 'schema/workflow.schema.json'), 'utf8');
    expect(JSON.parse(schema)).toEqual(workflowJsonSchema(stepKinds));
    expect(readFileSync(join(root, 'docs/language.md'), 'utf8')).toBe(languagePage(stepKinds));
  });

  test('every code that a check can give has a page, and every page a code', () => {
    const folders = [resolve(import.meta.dirname), resolve(import.meta.dirname, '../yaml')];
    const sources = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('codes.ts'))
        .map((name) => readFileSync(join(folder, name), 'utf8')),
    );
    const layers = [...new Set(Object.keys(definitionCodes).map((code) => code.split('/')[0]))].join('|');
    const used = sources.flatMap((text) =>
      [...text.matchAll(new RegExp(`'((?:${layers})/[a-z-]*[a-z])'`, 'g'))].map(([, code]) => code),
    );
    expect(new Set(used)).toEqual(new Set(Object.keys(definitionCodes)));
  });
});
