// What is said about an expression that cannot be read. Text only.
import { nearestName } from '../model/suggest.ts';
import { eachNames, functionNames, isOneOf, laterRoots, methodNames, rootNames } from './node.ts';
import type { Problem } from './node.ts';

/** A name that is no root and no parameter of an arrow function. */
export function unknownRoot(name: string, at: number, locals: readonly string[]): Problem {
  const isFunction = isOneOf(functionNames, name);
  const suggestion = nearestName(name, [...rootNames, ...locals]);
  const roots = rootNames.filter((root) => !laterRoots.has(root)).join(', ');
  return {
    code: 'expression/unknown-root',
    message: `\`${name}\` is not a name that expressions know`,
    hint: isFunction
      ? `It is a function: write ${name}().`
      : suggestion === undefined
        ? `An expression reads ${roots}. Text needs quotes: '${name}'.`
        : `Did you mean \`${suggestion}\`?`,
    at,
  };
}

/** A name that reaches into JavaScript. */
export function forbidden(name: string, at: number): Problem {
  return {
    code: 'expression/forbidden-name',
    message: `\`${name}\` cannot be read in an expression`,
    hint: 'Expressions read plain data only.',
    at,
  };
}

/** A method that is not on the list. */
export function unknownMethod(name: string, at: number): Problem {
  const methods = [...methodNames, ...eachNames];
  const suggestion = nearestName(name, methods);
  return {
    code: 'expression/unknown-method',
    message: `\`${name}\` is not a method that expressions can call`,
    hint: suggestion === undefined ? `Methods are ${methods.join(', ')}.` : `Did you mean \`${suggestion}\`?`,
    at,
  };
}

/** A function that is not on the list. */
export function unknownFunction(name: string, at: number): Problem {
  const suggestion = nearestName(name, functionNames);
  const known = functionNames.map((one) => `${one}()`).join(', ');
  return {
    code: 'expression/unknown-function',
    message: `\`${name}()\` is not a function that expressions know`,
    hint: suggestion === undefined ? `Functions are ${known}.` : `Did you mean \`${suggestion}()\`?`,
    at,
  };
}

/** A kind of syntax in words. */
export function describeSyntax(type: string): string {
  const words: Readonly<Record<string, string>> = {
    AssignmentExpression: 'An assignment',
    UpdateExpression: '`++` or `--`',
    NewExpression: '`new`',
    ThisExpression: '`this`',
    SequenceExpression: 'A comma between expressions',
    ArrowFunctionExpression: 'An arrow function outside of some, every, filter, map and find',
    FunctionExpression: 'A function',
    ClassExpression: 'A class',
    SpreadElement: 'Spreading',
    TaggedTemplateExpression: 'A tagged template',
    ImportExpression: '`import`',
    MetaProperty: '`import.meta`',
    AwaitExpression: '`await`',
    YieldExpression: '`yield`',
  };
  return words[type] ?? `\`${type}\``;
}
