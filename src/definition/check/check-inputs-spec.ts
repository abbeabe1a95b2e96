// The declared inputs of a file: a choice has options, a default is one of the values the input takes.
import type { Json, JsonObject } from '../../support/index.ts';
import { kindOf } from '../expression/methods.ts';
import { textOf } from '../expression/operators.ts';
import type { Written } from '../schemas/validate.ts';
import { objectOf, stringsOf } from '../source/source-steps.ts';
import type { Report } from '../source/report.ts';

/** Reports inputs that contradict themselves. */
export function checkInputSpecs(
  { file, written }: { readonly file: JsonObject; readonly written: Written },
  report: Report,
): void {
  for (const [name, value] of Object.entries(objectOf(file['inputs']))) {
    const spec = objectOf(value);
    const path = `inputs.${name}`;
    const options = stringsOf(spec['options']);
    const given = spec['options'];
    if (spec['type'] === 'choice' && (given === undefined || (Array.isArray(given) && given.length === 0)))
      report({
        code: 'structure/choice-without-options',
        path,
        message: `The choice \`${name}\` has no options`,
        hint: 'Write `options: [a, b]`.',
      });
    if (spec['type'] !== 'choice' && Object.hasOwn(spec, 'options'))
      report({
        code: 'schema/no-effect',
        path: `${path}.options`,
        on: 'key',
        message: '`options` has an effect on a `choice` only',
        hint: 'Write `type: choice`.',
      });
    if (Object.hasOwn(spec, 'default'))
      checkDefault(spec, { path, name, options, written: written(`${path}.default`) }, report);
  }
}

function checkDefault(
  spec: JsonObject,
  about: {
    readonly path: string;
    readonly name: string;
    readonly options: readonly string[];
    readonly written: string | undefined;
  },
  report: Report,
): void {
  const value: Json | undefined = spec['default'];
  const wanted = textOf(spec['type'] ?? null);
  const fits =
    wanted === 'choice' ? typeof value === 'string' && about.options.includes(value) : typeof value === wanted;
  if (fits || (wanted === 'choice' && about.options.length === 0)) return;
  const isUnquoted = about.written !== undefined && value !== null;
  const meansText =
    isUnquoted && (wanted === 'string' || (wanted === 'choice' && about.options.includes(about.written)));
  report({
    code: 'structure/bad-default',
    path: `${about.path}.default`,
    message:
      wanted === 'choice'
        ? `The default of \`${about.name}\` is none of its options`
        : `The default of \`${about.name}\` is ${kindOf(value)}, and the input is a ${wanted}`,
    hint: meansText
      ? `Put quotes around it: "${about.written}".`
      : wanted === 'choice'
        ? `Options: ${about.options.join(', ')}.`
        : 'Give a default of that type.',
  });
}
