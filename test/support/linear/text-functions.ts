// Finds the exported functions of src that are given text: a string, a list of them, bytes, data of others, or an object with one of these.
import { createReach } from './outside.ts';
import { isNode, nodesIn } from './source-files.ts';
import type { Node, Sources } from './source-files.ts';
import { annotated, genericsOf, shapeOf } from './shape.ts';
import type { Shape } from './shape.ts';
import { hasText } from './make-value.ts';

/** An exported function that is given text. */
export interface TextFunction {
  /** `src/support/text.ts fit`. */
  readonly key: string;
  readonly file: string;
  readonly name: string;
  readonly parameters: readonly Shape[];
  /** The parameters that hold text, by number. */
  readonly places: readonly number[];
  readonly gives: Shape;
  /** Why it is none that decides: what it reaches outside of the process (`node:fs`), or that its answer comes later. */
  readonly does: string | undefined;
}

/** All of them, in the order of their files. */
export function textFunctionsOf(sources: Sources): readonly TextFunction[] {
  const reachOf = createReach(sources);
  const found: TextFunction[] = [];
  for (const { file, exported, declared } of sources.values())
    for (const [name, inside] of exported) {
      const made = functionIn(declared.get(inside));
      if (made === undefined) continue;
      const generics = new Map(genericsOf(made).map((one) => [one, (): Shape => ({ is: 'text' })]));
      const parameters = nodesIn(made['params']).map((one) => shapeOf({ sources, file, generics }, typeOf(one)));
      const places = parameters.flatMap((shape, place) => (hasText(shape) ? [place] : []));
      const gives = shapeOf({ sources, file, generics }, annotated(made, 'returnType'));
      const does =
        reachOf(file, inside) ?? (made['async'] === true || gives.is === 'promise' ? 'answers later' : undefined);
      if (places.length > 0) found.push({ key: `${file} ${name}`, file, name, parameters, places, gives, does });
    }
  return found;
}

function functionIn(node: Node | undefined): Node | undefined {
  if (node?.['type'] === 'FunctionDeclaration') return node;
  const init = node?.['init'];
  return isNode(init) && /^(?:ArrowFunction|Function)Expression$/.test(String(init['type'])) ? init : undefined;
}

function typeOf(parameter: Node): Node | undefined {
  const target = parameter['type'] === 'AssignmentPattern' && isNode(parameter['left']) ? parameter['left'] : parameter;
  return annotated(target, 'typeAnnotation');
}
