// The Model Context Protocol as far as a server with one tool needs it: a message → its answer. Pure; a message it does not know is said so.
import { isObject, parseJson } from '../../support/index.ts';
import type { Json, JsonObject } from '../../support/index.ts';

/** A tool that an agent can call. */
export interface OneTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of what it is given. */
  readonly input: JsonObject;
  /** What the agent is told; `isError` where it has to call again. */
  call(given: unknown): { readonly text: string; readonly isError: boolean };
}

const usualVersion = '2025-06-18';

/** The answer as a line's content; undefined for what wants none. */
export function answerMcp(line: string, tool: OneTool): JsonObject | undefined {
  const message = parse(line);
  if (!isObject(message)) return failure(null, -32_700, 'Parse error');
  const { id, method, params } = message;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') return undefined;
  // what it asks is in `params`; answers to us there are none, because nothing is asked
  if (typeof method !== 'string') return undefined;
  const asked = isObject(params) ? params : {};
  switch (method) {
    case 'initialize':
      return success(id, {
        protocolVersion: typeof asked['protocolVersion'] === 'string' ? asked['protocolVersion'] : usualVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'troupe', version: '1' },
      });
    case 'ping':
      return success(id, {});
    case 'tools/list':
      return success(id, {
        tools: [{ name: tool.name, description: tool.description, inputSchema: tool.input }],
      });
    case 'tools/call': {
      if (asked['name'] !== tool.name) return failure(id, -32_602, `Unknown tool: ${String(asked['name'])}`);
      const { text, isError } = tool.call(asked['arguments'] ?? {});
      return success(id, { content: [{ type: 'text', text }], isError });
    }
    default:
      return failure(id, -32_601, `Method not found: ${method}`);
  }
}

function success(id: string | number | null, result: Json): JsonObject {
  return { jsonrpc: '2.0', id, result };
}

function failure(id: string | number | null, code: number, message: string): JsonObject {
  return { jsonrpc: '2.0', id, error: { code, message } };
}

function parse(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}
