// Words of other systems and of later versions: a person who writes them is told ours. Data only.
import { kindOf } from './step-kind.ts';
import type { StepKinds } from './step-kind.ts';

const stepTypesOfTheLanguage = ['loop', 'foreach', 'workflow', 'variable', 'memory', 'retrieval', 'tool', 'notify'];

/** Step types of the language that nobody has handed in: this version cannot run them yet. */
export function laterStepTypes(kinds: StepKinds): ReadonlySet<string> {
  return new Set(stepTypesOfTheLanguage.filter((type) => kindOf(kinds, type) === undefined));
}

/** Top-level keys of the staged form, which this version cannot run yet. */
export const stagedKeys: ReadonlySet<string> = new Set(['stages', 'stageConfigs', 'loop']);

interface Foreign {
  readonly from: string;
  readonly ours: string;
  readonly hint?: string;
}

const actions = 'GitHub Actions';
const argo = 'Argo Workflows';

const inSteps: Readonly<Record<string, Foreign>> = {
  needs: { from: actions, ours: 'dependencies' },
  if: { from: actions, ours: 'condition' },
  uses: { from: actions, ours: 'persona', hint: 'Write `type: persona-request` and `persona: <id>`.' },
  with: { from: actions, ours: 'params' },
  env: { from: actions, ours: 'params', hint: 'Give values in `params`, or in `variables` of the workflow.' },
  run: {
    from: actions,
    ours: 'commands',
    hint: 'Write `type: run` and `commands: [[npm, test]]`.',
  },
  'timeout-minutes': { from: actions, ours: 'timeout', hint: 'Write `timeout: "30m"`.' },
  'continue-on-error': { from: actions, ours: 'on_failure', hint: 'Write `on_failure: continue`.' },
  strategy: { from: actions, ours: 'parallel', hint: 'Write a step of `type: parallel`.' },
  matrix: { from: actions, ours: 'parallel', hint: 'Write a step of `type: parallel`.' },
  depends: { from: argo, ours: 'dependencies' },
  depends_on: { from: 'Docker Compose', ours: 'dependencies' },
  dependsOn: { from: 'Azure Pipelines', ours: 'dependencies' },
  when: { from: argo, ours: 'condition' },
  template: { from: argo, ours: 'persona', hint: 'Write `type: persona-request` and `persona: <id>`.' },
  arguments: { from: argo, ours: 'params' },
  retryStrategy: { from: argo, ours: 'retry' },
  activeDeadlineSeconds: { from: argo, ours: 'timeout' },
  continueOn: { from: argo, ours: 'on_failure', hint: 'Write `on_failure: continue`.' },
  agent: { from: 'another system', ours: 'persona' },
  role: { from: 'the staged form', ours: 'persona' },
};

const atTop: Readonly<Record<string, Foreign>> = {
  on: { from: actions, ours: 'trigger' },
  jobs: { from: actions, ours: 'steps' },
  env: { from: actions, ours: 'variables' },
  'run-name': { from: actions, ours: 'name' },
  permissions: {
    from: actions,
    ours: 'branch',
    hint: "Permissions are the operator's; `branch: false` makes a workflow that writes nothing.",
  },
  needs: { from: actions, ours: 'dependencies', hint: 'It is a key of steps.' },
  if: { from: actions, ours: 'condition', hint: 'Write `trigger: { condition: … }`.' },
  when: { from: argo, ours: 'condition', hint: 'Write `trigger: { condition: … }`.' },
  entrypoint: { from: argo, ours: 'steps' },
  templates: { from: argo, ours: 'steps' },
  tasks: { from: argo, ours: 'steps' },
  dag: { from: argo, ours: 'steps' },
  spec: { from: argo, ours: 'steps' },
  arguments: { from: argo, ours: 'inputs' },
  onExit: { from: argo, ours: 'finally' },
};

/** What to say about a word of another system; undefined when it is none. */
export function foreignWord(
  key: string,
  where: 'top' | 'step',
): { readonly message: string; readonly hint: string; readonly ours: string } | undefined {
  const table = where === 'top' ? atTop : inSteps;
  const foreign = Object.hasOwn(table, key) ? table[key] : undefined;
  if (foreign === undefined) return undefined;
  return {
    message: `\`${key}\` is a word of ${foreign.from}; here it is \`${foreign.ours}\``,
    ours: foreign.ours,
    hint: foreign.hint ?? `Write \`${foreign.ours}:\`.`,
  };
}
