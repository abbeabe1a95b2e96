// The kind `foreach`: steps once for each item of a list, a few items at a time.
import Type from 'typebox';
import type { Static } from 'typebox';
import type { Json } from '../../support/index.ts';
import type { Report } from '../source/report.ts';
import type { SourceStep } from '../source/source-steps.ts';
import { forbiddenNames, rootNames } from '../expression/node.ts';
import { closed, steps, whole, word } from '../source/fragments.ts';
import type { ForeachStep } from '../model/types.ts';
import { approvalKey, commonKeys, conditionKey, onFailureContainer } from '../source/keys.ts';
import type { PartsOf, StepKind } from '../source/step-kind.ts';

/** More items in a file than this are a mistake; the engine holds it against what an expression gives as well. */
const maxItems = 1_000;
const mostAtATime = 20;

const schema = Type.Object(
  {
    ...commonKeys,
    type: Type.Literal('foreach'),
    approval: approvalKey,
    condition: conditionKey,
    items: Type.Unsafe<string | readonly Json[]>({
      type: ['string', 'array'],
      minLength: 1,
      maxItems,
      title: `a list, or an expression that gives one; at most ${maxItems} items`,
      description: `what the steps are done for: a list, or an expression or template that gives one; at most ${maxItems} items`,
    }),
    as: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}$',
        title: 'a name: letters, digits and _',
        description: 'what expressions in the steps call the item, beside `item`; `index` is its place, from 0',
      }),
    ),
    steps: steps('done for each item, in their own order of dependencies'),
    concurrency: Type.Optional(
      whole('how many items are worked on at a time; default 1: one after another', {
        minimum: 1,
        maximum: mostAtATime,
      }),
    ),
    on_item_failure: Type.Optional(
      word(
        ['stop', 'continue'],
        'what a failed item means: no further one begins and the step fails (default), or the others are done all the same and the step fails only when every item did',
      ),
    ),
    on_failure: onFailureContainer,
  },
  { ...closed, description: 'Steps once for each item of a list; their results stand in the order of the items.' },
);

/** The kind. */
export const foreach: StepKind = {
  type: 'foreach',
  schema,
  example: {
    items: ['a', 'b'],
    steps: [{ id: 'inner', type: 'persona-request', persona: 'lead-engineer', params: { part: '{{item}}' } }],
  },
  children: { branches: [{ name: 'child', when: 'for each item' }], isRepeated: true },
  normalise: (source: Static<typeof schema>, around): PartsOf<ForeachStep> => ({
    items: itemsOf(source.items),
    as: source.as ?? 'item',
    concurrency: source.concurrency ?? 1,
    onItemFailure: source.on_item_failure ?? 'stop',
    steps: around.steps(source.steps, 'steps'),
  }),
  describe: (step: ForeachStep) => `for each ${step.as === 'item' ? 'item' : step.as}, ${pace(step)}`,
  title: pace,
  page: () => page,
  tells: { surely: ['items'] },
  missing: { items: 'Say what the steps are done for: `items: [a, b]` or `items: steps.plan.outputs.files`.' },
  templates: ['items'],
  expressions: ['items'],
  values: ['items'],
  check: checkName,
};

/** An expression by itself is a template of nothing else. */
function itemsOf(items: string | readonly Json[]): Json {
  return typeof items === 'string' && !items.includes('{{') ? `{{ ${items} }}` : items;
}

function pace({ concurrency }: ForeachStep): string {
  return concurrency === 1 ? 'one after another' : `${concurrency} at a time`;
}

/** The name of an item may hide nothing else. */
function checkName(step: SourceStep, report: Report): void {
  const { path } = step;
  const name = step.step['as'];
  if (typeof name !== 'string' || name === 'item') return;
  const isTaken = rootNames.some((root) => root === name) || forbiddenNames.has(name);
  const outer = isTaken ? undefined : ownerWith(step, name);
  if (!isTaken && outer === undefined) return;
  report({
    code: 'structure/item-name',
    path: `${path}.as`,
    message:
      outer === undefined
        ? `\`${name}\` is a name of the language and cannot be the name of an item`
        : `\`${outer.id}\` around it calls its item \`${name}\` as well`,
    hint: 'Choose another name: `as: file`.',
  });
}

function ownerWith(step: SourceStep, name: string): SourceStep | undefined {
  let owner = step.list.owner;
  while (owner !== undefined && owner.step['as'] !== name) owner = owner.list.owner;
  return owner;
}

const page = `Its steps are done once for each item. \`items\` is a list, an expression (\`steps.plan.outputs.files\`) or a template that gives one;
anything else than a list fails the step before it costs anything, an empty list is done at once, and more than ${maxItems} items are refused.

\`\`\`yaml
- id: reviews
  type: foreach
  items: steps.plan.outputs.files
  as: file
  concurrency: 3
  on_item_failure: continue
  dependencies: [plan]
  steps:
    - { id: review, type: persona-request, persona: code-reviewer, params: { file: "{{file}}", number: "{{index}}" } }
\`\`\`

In its steps \`item\` (and the name under \`as\`) is the item, \`index\` its place from 0, and \`steps.<id>\` the step for the same item. A step of an item
has the path \`reviews.0.review\`, which every command takes; \`reviews.0\` means all steps of the item. Steps after it read \`steps.reviews.outputs\`:

| name | what it is |
|---|---|
| \`results\` | one entry for each item, in their order: \`index\`, \`item\`, \`status\` (succeeded, failed, skipped), \`verdict\`, \`outputs.<step id>\`, \`error\` |
| \`errors\` | those that failed: \`index\`, \`step\`, \`message\` |
| \`count\`, \`succeeded\`, \`failed\`, \`skipped\` | how many |

Its verdict is fail if any item's is, else unknown if any is, else pass. When one item fails, those that are being worked on go on to their end.
With \`on_item_failure: stop\` no further one begins and the step fails; with \`continue\` all are done, and a run in which some failed ends
degraded. Editors that work side by side have a worktree each; on a branch that the run made their commits stand in the order of the items in the end.
`;
