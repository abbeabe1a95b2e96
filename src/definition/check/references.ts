// Everything in a file that names something else: expressions and templates, personas, providers.
import type { Json, JsonObject } from '../../support/index.ts';
import type { Problem } from '../expression/node.ts';
import { parseExpression } from '../expression/parse.ts';
import { templateParts } from '../expression/template-parts.ts';
import { listKeys } from '../source/step-kind.ts';
import type { StepKinds } from '../source/step-kind.ts';
import { childPath } from '../../yaml/index.ts';
import type { DefinitionContext } from '../source/definition-context.ts';
import { checkExpression } from './check-expression.ts';
import { meantPersona } from '../source/persona-names.ts';
import { checkDefaultProvider, checkNamed } from './named-things.ts';
import { declaredOutputs, rootsAt } from './known-names.ts';
import { objectOf, sourceSteps, stringsOf } from '../source/source-steps.ts';
import type { KnownNames } from './known-names.ts';
import type { Report } from '../source/report.ts';
import type { SourceList, SourceStep } from '../source/source-steps.ts';
import { isPerItem, mainSteps, upstreamOf } from './upstream.ts';

/** Keys of any step whose texts are templates. */
const templateKeys = ['timeout', 'params', 'approval'];
/** Keys of any step that are checked elsewhere. */
const otherKeys = ['condition', 'on_error'];

interface Source {
  readonly file: JsonObject;
  readonly kinds: StepKinds;
  readonly lists: readonly SourceList[];
}

/** Reports every name that leads nowhere. */
export function checkReferences(source: Source, context: DefinitionContext, report: Report): void {
  const steps = sourceSteps(source.lists);
  const base = baseNames(source, context);
  checkTop(source, base, report);
  const hasProvider = Object.hasOwn(objectOf(source.file['defaults']), 'provider');
  for (const step of steps) {
    const known: KnownNames = {
      ...base,
      ...placeOf(step),
      steps: upstreamOf(step, source.lists),
      reader: step,
      self: step,
    };
    checkStep(step, { known, report, kinds: source.kinds });
    checkNamed(step, { context, report, hasProvider });
    checkPrompt(step, context, { known, report });
    step.kind?.checkNames?.(step, readable(known.steps), report);
  }
  checkDefaultProvider(source.file['defaults'], { context, report });
}

/** What runs once for each item has no one verdict. */
function readable(steps: KnownNames['steps']): KnownNames['steps'] {
  return new Map([...steps].filter(([, { when }]) => when !== 'items'));
}

function baseNames(source: Source, context: DefinitionContext): KnownNames {
  const allSteps = new Map(sourceSteps(source.lists).map((step) => [step.id, step]));
  allSteps.delete('');
  return {
    place: 'this place',
    roots: rootsAt.start,
    inputs: new Set(Object.keys(objectOf(source.file['inputs']))),
    variables: new Set([...Object.keys(objectOf(source.file['variables'])), ...(context.variables ?? [])]),
    variablesAreAll: context.variables !== undefined,
    steps: new Map(),
    allSteps,
    isCondition: false,
    outputsOf: (step) => declaredOutputs(step, context),
  };
}

function checkTop(source: Source, base: KnownNames, report: Report): void {
  const { file } = source;
  const trigger = { ...base, place: 'a trigger condition', roots: rootsAt.trigger, isCondition: true };
  checkCondition(objectOf(file['trigger'])['condition'], 'trigger.condition', { known: trigger, report });
  const start = { ...base, place: 'what is read before the first step' };
  checkTemplates(objectOf(file['concurrency'])['group'], 'concurrency.group', { known: start, report });
  checkTemplates(file['branch'], 'branch', { known: start, report });
  checkTemplates(objectOf(file['defaults'])['timeout'], 'defaults.timeout', {
    known: { ...base, place: 'a default', roots: rootsAt.step },
    report,
  });
  checkVariables(objectOf(file['variables']), base, report);
  const outputs = { ...base, place: 'the outputs of a run', roots: rootsAt.finish, steps: mainSteps(source.lists) };
  checkTemplates(file['outputs'], 'outputs', { known: outputs, report });
  checkTemplates(file['name'], 'name', { known: namesOf(base), report });
  refuseTemplates(file['version'], 'version', report);
}

/** What is known where a name is evaluated: at the start of the run. */
function namesOf(known: KnownNames): KnownNames {
  const { reader: _reader, self: _self, ...base } = known;
  return { ...base, place: 'a name', roots: rootsAt.name, steps: new Map(), isCondition: false };
}

/** A variable reads only the ones above it. */
function checkVariables(variables: JsonObject, base: KnownNames, report: Report): void {
  const earlier = new Set([...base.variables].filter((name) => !Object.hasOwn(variables, name)));
  for (const [name, value] of Object.entries(variables)) {
    const known = { ...base, place: 'a variable', roots: rootsAt.variables, variables: new Set(earlier) };
    checkTemplates(value, `variables.${name}`, { known, report });
    earlier.add(name);
  }
}

function placeOf(step: SourceStep): Pick<KnownNames, 'place' | 'roots' | 'names'> {
  let list: SourceList | undefined = step.list;
  let isFinishing = false;
  const names: string[] = [];
  while (list !== undefined) {
    if (isPerItem(list)) names.push(...stringsOf([list.owner?.step['as'] ?? 'item']));
    isFinishing ||= list.kind === 'on_failure' || list.kind === 'finally' || list.kind === 'on_error';
    list = list.owner?.list;
  }
  const roots = isFinishing ? rootsAt.finish : rootsAt.step;
  return {
    place: `\`${step.id}\``,
    roots: names.length === 0 ? roots : new Set([...roots, 'item', 'index']),
    names,
  };
}

function checkStep(step: SourceStep, { known, report, kinds }: To & { readonly kinds: StepKinds }): void {
  // A step decides whether it runs before it has a result.
  const { self: _, ...before } = known;
  checkCondition(step.step['condition'], `${step.path}.condition`, { known: { ...before, isCondition: true }, report });
  for (const [key, value] of Object.entries(step.step)) {
    const path = `${step.path}.${key}`;
    const how = readingOf(key, step, kinds);
    if (how === 'elsewhere') continue;
    if (key === 'name') checkTemplates(value, path, { known: namesOf(known), report });
    else if (isBareExpression(key, value, step)) checkCondition(value, path, { known: before, report });
    else if (key === 'outputs') checkTemplates(value, path, { known, report });
    else if (how === 'template')
      checkTemplates(value, path, {
        known: before,
        report,
        dollar: key === 'params' && step.kind?.asksPersona === true,
      });
    else refuseTemplates(value, path, report);
  }
}

/** Where a text that is no template is an expression by itself. */
function isBareExpression(key: string, value: Json, { kind }: SourceStep): boolean {
  return kind?.expressions?.includes(key) === true && typeof value === 'string' && !value.includes('{{');
}

/** How the texts under a key are read: by the step's own kind, and where that has no such key as the kinds that have it do. */
function readingOf(key: string, { kind }: SourceStep, kinds: StepKinds): 'template' | 'elsewhere' | 'text' {
  const askers = kind?.schema !== undefined && key in kind.schema.properties ? [kind] : kinds;
  if (otherKeys.includes(key) || listKeys(kinds).has(key)) return 'elsewhere';
  if (askers.some(({ plain }) => plain?.includes(key))) return 'elsewhere';
  return templateKeys.includes(key) || askers.some(({ templates }) => templates?.includes(key)) ? 'template' : 'text';
}

/** What the persona's prompt reads has to be there in each workflow that names it. */
function checkPrompt(step: SourceStep, context: DefinitionContext, { known, report }: To): void {
  const named = step.step['persona'];
  if (typeof named !== 'string') return;
  const { self: _, ...before } = known;
  for (const source of context.personas?.get(meantPersona(named, context))?.reads ?? [])
    for (const { code, message, hint, severity } of checkExpression(source, before))
      report({
        code,
        path: `${step.path}.persona`,
        message: `The prompt of \`${named}\` reads \`${source}\`: ${message}`,
        hint,
        severity,
      });
}

interface To {
  readonly known: KnownNames;
  readonly report: Report;
  /** `${…}` counts as well. */
  readonly dollar?: boolean;
}

function checkCondition(value: Json | undefined, path: string, to: To): void {
  if (typeof value !== 'string' || value === '') return;
  if (/^\s*\$?\{\{/.test(value)) {
    to.report({
      code: 'expression/braces',
      path,
      offset: 0,
      message: 'A condition is an expression by itself',
      hint: withoutBraces(value),
    });
    return;
  }
  for (const problem of checkExpression(value, to.known)) reportAt(problem, { path, offset: 0 }, to.report);
}

/** The expression that the braces hold, where taking them away leaves one. */
function withoutBraces(text: string): string {
  const parts = templateParts(text.replaceAll('${{', '{{'));
  const bare = parts.map((part) =>
    part.kind === 'text' ? part.text : part.kind === 'expression' ? part.source : '{{',
  );
  const source = bare.join('').trim().replaceAll(/\s+/g, ' ');
  return parseExpression(source).ok ? `Write it without braces: ${source}` : 'Write one expression, without braces.';
}

function checkTemplates(value: Json | undefined, path: string, to: To): void {
  if (typeof value === 'string') checkText(value, path, to);
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) checkTemplates(item, childPath(path, index), to);
  else for (const [key, item] of Object.entries(objectOf(value))) checkTemplates(item, childPath(path, key), to);
}

function checkText(text: string, path: string, to: To): void {
  for (const part of templateParts(text, { dollar: to.dollar === true })) {
    if (part.kind === 'text') continue;
    if (part.kind === 'broken') {
      const hint = 'Close it with `}}`, or write `{{{{` to print two braces.';
      to.report({ code: 'expression/unclosed', path, offset: part.at, message: part.message, hint });
      continue;
    }
    if (text.charAt(part.at - 3) === '$')
      to.report({
        code: 'expression/dollar',
        path,
        offset: part.at - 3,
        message: '`${{ … }}` is a form of GitHub Actions; here it is `{{ … }}`',
        hint: 'Take the `$` away.',
      });
    const isDollar = text.charAt(part.at - 2) === '$';
    for (const problem of checkExpression(part.source, to.known))
      reportAt(isDollar ? orPrinted(problem, part.source) : problem, { path, offset: part.at }, to.report);
  }
}

/** `${HOME}` may be meant as it stands. */
function orPrinted(problem: Problem, source: string): Problem {
  if (problem.code !== 'expression/unknown-root' && problem.code !== 'expression/syntax') return problem;
  return { ...problem, hint: `To print it as it stands, write \`$\${${source}}\`.` };
}

/** Keys that are read as they stand: braces there would be shown to people as braces. */
function refuseTemplates(value: Json | undefined, path: string, report: Report): void {
  if (typeof value === 'string' && value.includes('{{') && !value.includes('{{{{'))
    report({
      code: 'expression/not-here',
      path,
      offset: value.indexOf('{{'),
      message: `\`${path.replace(/^.*\./, '')}\` is read as it stands: \`{{ … }}\` has no effect there`,
      hint: 'Write plain text.',
    });
  else if (Array.isArray(value))
    for (const [index, item] of value.entries()) refuseTemplates(item, childPath(path, index), report);
  else for (const [key, item] of Object.entries(objectOf(value))) refuseTemplates(item, childPath(path, key), report);
}

function reportAt(
  problem: Problem,
  { path, offset }: { readonly path: string; readonly offset: number },
  report: Report,
): void {
  const { code, message, hint, severity } = problem;
  report({ code, path, offset: offset + problem.at, message, hint, severity });
}
