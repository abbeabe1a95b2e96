// Everything wrong with one expression at its place: what cannot be read, and names that have no value there.
import { parseExpression } from '../expression/parse.ts';
import type { Problem } from '../expression/node.ts';
import { sameNameKey, underscored } from '../names.ts';
import { didYouMean, nearestName } from '../suggest.ts';
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

/** All problems of an expression, offsets counted in its text. */
export function checkExpression(source: string, known: KnownNames): readonly Problem[] {
  const parsed = parseExpression(source);
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
        : [unknown(use, `There is no input \`${first}\``, known.inputs, 'references/unknown-input')];
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
        ? 'It is known inside loops, which this version cannot run yet.'
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

function checkStep(
  use: NameUse,
  parts: { readonly id: string; readonly field: string | undefined; readonly output: string | undefined },
  known: KnownNames,
): readonly Problem[] {
  const ids = [...known.allSteps.keys()];
  const id = sameNameKey(ids, parts.id);
  if (id === undefined) return [unknown(use, `There is no step \`${parts.id}\``, ids, 'references/unknown-step')];
  const step = known.allSteps.get(id);
  const relation = known.steps.get(id);
  if (step === undefined) return [];
  if (relation === undefined && known.self !== step) return [notUpstream(use.at, id, known)];
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
      unknown(use, `\`${id}\` declares no output \`${parts.output}\``, outputs.names, 'references/unknown-output'),
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

function notUpstream(at: number, id: string, known: KnownNames): Problem {
  return {
    code: 'references/not-upstream',
    message: `\`${id}\` is not sure to have run before ${known.place}`,
    hint:
      known.reader === undefined
        ? 'Read a step that comes before.'
        : `Add \`${id}\` to its dependencies, or the step it is in.`,
    at,
  };
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

function unknown(use: NameUse, message: string, names: Iterable<string>, code = 'references/unknown-field'): Problem {
  return {
    code,
    message,
    hint: didYouMean(use.path.at(-1) ?? '', names, code.replace('references/unknown-', '')),
    at: use.at,
  };
}
