// Everything wrong with one expression at its place: what cannot be read, and names that have no value there.
import { parseExpression } from '../expression/parse.ts';
import type { Problem } from '../expression/node.ts';
import { sameNameKey, underscored } from '../model/names.ts';
import { didYouMean, nearestName } from '../model/suggest.ts';
import type { Comparison, NameUse, StateUse } from './expression-names.ts';
import { usedNames } from './expression-names.ts';
import {
  contextFields,
  errorFields,
  runFields,
  stateKeysOf,
  stepFields,
  stepStatuses,
  taskFields,
  verdicts,
} from './known-names.ts';
import type { KnownNames } from './known-names.ts';
import type { SourceStep } from '../source/source-steps.ts';
import { closure, isPerItem } from './upstream.ts';

/** All problems of an expression, offsets counted in its text. */
export function checkExpression(source: string, known: KnownNames): readonly Problem[] {
  const parsed = parseExpression(source, known.names ?? []);
  if (!parsed.ok) return parsed.problems;
  const used = usedNames(parsed.node);
  return [
    ...used.names.flatMap((use) => checkName(use, known)),
    ...used.states.flatMap((use) => checkState(use, known)),
    ...used.comparisons.flatMap((comparison) => checkComparison(comparison, known)),
  ];
}

function checkName(use: NameUse, known: KnownNames): readonly Problem[] {
  const [first, second, third] = use.path;
  if (use.root === 'stages')
    return [
      {
        code: 'capability/staged-form',
        message: 'This version of Troupe cannot run stages yet',
        hint: 'Read `steps.<id>`.',
        at: use.at,
      },
    ];
  if (!known.roots.has(use.root)) return [wrongPlace(use, known)];
  if (first === undefined) return [];
  switch (use.root) {
    case 'inputs':
      return known.inputs.has(first)
        ? []
        : [unknown(use, { message: `There is no input \`${first}\``, code: 'references/unknown-input' }, known.inputs)];
    case 'variables':
    case 'vars':
      return checkVariable(use, first, known);
    case 'steps':
      return checkStep(use, { id: first, field: second, output: third }, known);
    case 'task':
      return checkTask(use, first);
    case 'run':
      return runFields.has(first) ? [] : [unknown(use, `\`run\` has no \`${first}\``, runFields)];
    case 'error':
      return errorFields.has(first) ? [] : [unknown(use, `\`error\` has no \`${first}\``, errorFields)];
    case 'context':
      return contextFields.has(first) ? [] : [unknown(use, `\`context\` has no \`${first}\``, contextFields)];
    default:
      return [];
  }
}

function wrongPlace(use: NameUse, known: KnownNames): Problem {
  const hint =
    use.root === 'error'
      ? '`error` is known in `on_failure`, `finally` and `on_error`.'
      : use.root === 'item' || use.root === 'index' || use.root === 'iteration'
        ? use.root === 'iteration'
          ? 'It is known inside loops, which this version cannot run yet.'
          : 'It is known in the steps of a `foreach`.'
        : `Known here: ${[...known.roots].map((root) => `\`${root}\``).join(', ')}.`;
  return {
    code: 'references/root-not-here',
    message: `\`${use.root}\` is not known in ${known.place}`,
    hint,
    at: use.at,
  };
}

function checkVariable(use: NameUse, name: string, known: KnownNames): readonly Problem[] {
  if (known.variables.has(name)) return [];
  const near = nearestName(name, known.variables);
  const problem: Problem = {
    code: 'references/unknown-variable',
    message: `There is no variable \`${name}\` in the file`,
    hint:
      near === undefined
        ? 'Declare it under `variables:`, or give it in `.github/troupe.yml`.'
        : `Did you mean \`${near}\`?`,
    at: use.at,
  };
  return [near === undefined && !known.variablesAreAll ? { ...problem, severity: 'warning' } : problem];
}

const noStepBefore = 'No step is sure to have run before: name the one that is meant in `dependencies`.';

function checkStep(
  use: NameUse,
  parts: { readonly id: string; readonly field: string | undefined; readonly output: string | undefined },
  known: KnownNames,
): readonly Problem[] {
  const id = sameNameKey([...known.allSteps.keys()], parts.id);
  if (id === undefined) {
    // only a step that can be read here is a good guess
    const readable = [...known.allSteps.values()].filter((one) => known.steps.has(one.id) || known.self === one);
    const ids = readable.map((one) => one.id);
    const message = `There is no step \`${parts.id}\``;
    const problem = unknown(use, { message, name: parts.id, code: 'references/unknown-step' }, ids);
    return [ids.length === 0 && known.allSteps.size > 1 ? { ...problem, hint: noStepBefore } : problem];
  }
  const step = known.allSteps.get(id);
  const relation = known.steps.get(id);
  if (step === undefined) return [];
  if (relation === undefined && known.self !== step) return [notUpstream(use.at, id, known)];
  if (relation?.when === 'items') return [oncePerItem(use.at, step)];
  if (relation?.when === 'maybe' && !use.guarded && !known.isCondition && parts.field !== 'status')
    return [
      {
        code: 'references/maybe-not-run',
        message: `\`${id}\` stands in one branch of a conditional and may not have run`,
        hint: `Write \`steps.${underscored(id)}?.… ?? 'text'\`.`,
        at: use.at,
        severity: 'warning',
      },
    ];
  if (parts.field === undefined) return [];
  if (!stepFields.has(parts.field)) return [unknown(use, `A step has no \`${parts.field}\``, stepFields)];
  if (parts.field !== 'outputs' || parts.output === undefined) return [];
  const outputs = known.outputsOf(step);
  if (outputs.names.has(parts.output)) return [];
  if (outputs.closed)
    return [
      unknown(
        use,
        { message: `\`${id}\` declares no output \`${parts.output}\``, code: 'references/unknown-output' },
        outputs.names,
      ),
    ];
  if (!outputs.unknown) return [];
  return [
    {
      code: 'references/unknown-output',
      message: `Nothing declares an output \`${parts.output}\` of \`${id}\``,
      hint: 'Declare it in the persona file (`outputs`) or in the step (`output_schema`).',
      at: use.at,
      severity: 'warning',
    },
  ];
}

function oncePerItem(at: number, step: SourceStep): Problem {
  const id = holders(step).find(({ list }) => isPerItem(list))?.list.owner?.id ?? '';
  return {
    code: 'references/once-per-item',
    message: `\`${step.id}\` runs once for each item of \`${id}\``,
    hint: `Read \`steps.${underscored(id)}.outputs.results\`: what it left for each item, in the order of the items.`,
    at,
  };
}

function notUpstream(at: number, id: string, known: KnownNames): Problem {
  const step = known.allSteps.get(id);
  return {
    code: 'references/not-upstream',
    message: `\`${id}\` is not sure to have run before ${known.place}`,
    hint:
      known.reader === undefined || step === undefined ? 'Read a step that comes before.' : wayTo(step, known.reader),
    at,
  };
}

/** How the step can come before the one that reads it; where it cannot, why. */
function wayTo(step: SourceStep, reader: SourceStep): string {
  const shared = sharedList(step, reader);
  if (shared === undefined)
    return outermost(step).list.kind === 'steps'
      ? 'Read a step that comes before.'
      : `\`${step.id}\` runs at the end: only steps after it can read it.`;
  const { before, after } = shared;
  if (before === after)
    return after === reader || after === step
      ? `\`${after.id}\` ends after the steps in it: they cannot wait for each other.`
      : `They stand in different lists of \`${after.id}\`: only one of them runs.`;
  if (closure(before).includes(after))
    return `\`${before.id}\` waits for \`${after.id}\`, so it comes later: read a step that comes before.`;
  return `Add \`${before.id}\` to the dependencies of \`${after.id}\`.`;
}

/** The steps of one list that hold the two, or are they. */
function sharedList(
  step: SourceStep,
  reader: SourceStep,
): { readonly before: SourceStep; readonly after: SourceStep } | undefined {
  const around = holders(step);
  for (const after of holders(reader)) {
    const before = around.find((one) => one.list === after.list);
    if (before !== undefined) return { before, after };
  }
  return undefined;
}

/** A step and the steps that it is in, inner ones first. */
function holders(step: SourceStep): readonly SourceStep[] {
  const owner = step.list.owner;
  return owner === undefined ? [step] : [step, ...holders(owner)];
}

function outermost(step: SourceStep): SourceStep {
  return holders(step).at(-1) ?? step;
}

function checkTask(use: NameUse, name: string): readonly Problem[] {
  if (taskFields.has(name)) return [];
  const near = nearestName(name, taskFields);
  // Fields of issue forms and the label map can have any name: only a likely slip is worth a word.
  if (near === undefined || Math.abs(near.length - name.length) > 1 || near.charAt(0) !== name.charAt(0)) return [];
  return [
    {
      code: 'references/unknown-task-field',
      message: `\`task.${name}\` is no field of a task`,
      hint: `Did you mean \`task.${near}\`? A field of an issue form is \`task.fields.${name}\`.`,
      at: use.at,
      severity: 'warning',
    },
  ];
}

function checkState(use: StateUse, known: KnownNames): readonly Problem[] {
  const every = stateKeysOf(known.allSteps.values(), known.outputsOf);
  const key = sameNameKey([...every.keys()], use.key);
  const step = key === undefined ? undefined : every.get(key);
  if (step === undefined)
    return [
      {
        code: 'references/unknown-state',
        message: `No step writes \`${use.key}\``,
        hint: didYouMean(use.key, every.keys(), 'state'),
        at: use.at,
      },
    ];
  if (known.steps.get(step.id)?.when === 'items') return [oncePerItem(use.at, step)];
  return known.steps.has(step.id) || known.self === step ? [] : [notUpstream(use.at, step.id, known)];
}

function checkComparison(comparison: Comparison, known: KnownNames): readonly Problem[] {
  const words = wordsOf(comparison.subject, known);
  if (words === undefined || words.has(comparison.text)) return [];
  return [
    {
      code: 'references/never-true',
      message: `It is never ${JSON.stringify(comparison.text)}`,
      hint: didYouMean(comparison.text, words, 'value'),
      at: comparison.at,
      severity: 'warning',
    },
  ];
}

function wordsOf(subject: NameUse | StateUse, known: KnownNames): ReadonlySet<string> | undefined {
  if ('key' in subject) {
    const isVerdict = [...known.allSteps.keys()].some((id) => `${underscored(id)}_status` === underscored(subject.key));
    return isVerdict ? verdicts : undefined;
  }
  if (subject.root !== 'steps' || subject.path.length !== 2) return undefined;
  if (subject.path[1] === 'verdict') return verdicts;
  return subject.path[1] === 'status' ? stepStatuses : undefined;
}

function unknown(
  use: NameUse,
  about: string | { readonly message: string; readonly name?: string; readonly code: string },
  names: Iterable<string>,
): Problem {
  const {
    message,
    name = use.path.at(-1) ?? '',
    code,
  } = typeof about === 'string' ? { message: about, code: 'references/unknown-field' } : about;
  return { code, message, hint: didYouMean(name, names, code.replace('references/unknown-', '')), at: use.at };
}
