// Tools of MCP servers as Codex writes them, in groups: flat names for a model that knows no groups, and back in its answer. Pure.
import { isObject } from '../../src/support/index.ts';

/** Flat name → its group and its name in it. */
type Names = ReadonlyMap<string, { readonly namespace: string; readonly name: string }>;

/** The body of a request with every tool at the top. */
export function withoutNamespaces(body: string): { readonly body: string; readonly names: Names } {
  const names = new Map<string, { namespace: string; name: string }>();
  if (!body.includes('"namespace"')) return { body, names };
  const request: unknown = JSON.parse(body);
  if (!isObject(request) || !Array.isArray(request['tools'])) return { body, names };
  const tools = request['tools'].flatMap((tool: unknown) => {
    if (!isObject(tool) || tool['type'] !== 'namespace' || !Array.isArray(tool['tools'])) return [tool];
    const namespace = String(tool['name']);
    return tool['tools'].filter(isObject).map((inner) => {
      const name = String(inner['name']);
      const flat = `${namespace}::${name}`;
      names.set(flat, { namespace, name });
      return { ...inner, type: 'function', name: flat };
    });
  });
  return { body: JSON.stringify({ ...request, tools }), names };
}

/** The answer with the groups that its calls were offered in. */
export function withNamespaces(answer: string, names: Names): string {
  let text = answer;
  for (const [flat, { namespace, name }] of names)
    text = text.replaceAll(`"name":"${flat}"`, `"name":"${name}","namespace":"${namespace}"`);
  return text;
}
