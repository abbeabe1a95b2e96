// What a played model does, in words that no agent has: the tool of the agent at hand is found by its name and its schema. Pure.
import { join } from 'node:path';
import type { ChatCompletionRequest, ToolDefinition } from '@copilotkit/aimock';
import { isObject } from '../../src/support/index.ts';

/** One step of the model. */
export type Move =
  | { readonly kind: 'read'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string; readonly text: string; readonly over?: true }
  | { readonly kind: 'run'; readonly command: string }
  | { readonly kind: 'submit'; readonly result: object }
  | { readonly kind: 'say'; readonly text: string };

/** What aimock is to answer. */
export type Answer = ({ readonly content: string } | { readonly toolCalls: { name: string; arguments: string }[] }) & {
  readonly usage: typeof usage;
};

/** What each answer takes, in the words of all vendors. */
export const tokensOfAnswer = { read: 1_000, written: 50 };
const usage = {
  prompt_tokens: tokensOfAnswer.read,
  completion_tokens: tokensOfAnswer.written,
  input_tokens: tokensOfAnswer.read,
  output_tokens: tokensOfAnswer.written,
  promptTokenCount: tokensOfAnswer.read,
  candidatesTokenCount: tokensOfAnswer.written,
};

const names: Readonly<Record<Move['kind'], readonly RegExp[]>> = {
  say: [],
  read: [/^read$/i, /^read_file$/i, /^view$/i],
  write: [/^write$/i, /^write_file$/i, /^create$/i, /^create_file$/i],
  run: [/^bash$/i, /^exec_command$/i, /^run_shell_command$/i, /^shell(?:_command)?$/i, /^run_terminal_c(?:omman|m)d$/i],
  submit: [/submit_result$/i],
};

/** The next move of a conversation: as many as its turn has calls of tools are done. */
export function answerOf(
  request: ChatCompletionRequest,
  { movesOf, tree }: { readonly movesOf: (prompt: string) => readonly Move[]; readonly tree: string | undefined },
): Answer {
  const tools = request.tools ?? [];
  // titles, summaries and checks of connections come without tools
  if (tools.length === 0) return { content: 'A title', usage };
  const { prompt, calls } = turnOf(request);
  const moves = movesOf(prompt);
  // a tool whose server was not there yet is called once more
  const move = moves[calls] ?? (wasMissing(request) ? moves.at(-1) : undefined);
  if (move === undefined) return { content: 'I am done.', usage };
  const isPlaced = (move.kind === 'write' || move.kind === 'read') && tree !== undefined;
  return answerWith(isPlaced ? { ...move, path: join(tree, move.path) } : move, tools);
}

function wasMissing({ messages }: ChatCompletionRequest): boolean {
  const last = messages.at(-1);
  return last?.role === 'tool' && /tool not found|no such tool/i.test(textOf(last.content));
}

/** All that people said, and how many tools were called since the newest of it. */
function turnOf({ messages }: ChatCompletionRequest): { readonly prompt: string; readonly calls: number } {
  const prompt = messages
    .filter(({ role }) => role === 'user')
    .map(({ content }) => textOf(content))
    .join('\n');
  const calls = messages.reduce(
    (sum, { role, tool_calls: made }) => sum + (role === 'assistant' ? (made?.length ?? 0) : 0),
    0,
  );
  return { prompt, calls };
}

function answerWith(move: Move, tools: readonly ToolDefinition[]): Answer {
  if (move.kind === 'say') return { content: move.text, usage };
  // what makes files refuses to write over one
  const isOver = move.kind === 'write' && move.over === true;
  const tool = toolFor(move.kind, isOver ? tools.filter(({ function: { name } }) => !/^create/i.test(name)) : tools);
  if (tool !== undefined) return called(tool, argumentsFor(move, tool));
  // an agent that reads and writes by its shell alone
  const shell = toolFor('run', tools);
  if ((move.kind === 'write' || move.kind === 'read') && shell !== undefined)
    return called(shell, argumentsFor(byShell(move), shell));
  const catalogue = move.kind === 'submit' ? tools.find(({ function: { name } }) => name === 'use_tool') : undefined;
  if (move.kind === 'submit' && catalogue !== undefined)
    return called(catalogue, { tool_name: 'troupe__submit_result', tool_input: move.result });
  const block = `\`\`\`json result\n${JSON.stringify('result' in move ? move.result : {})}\n\`\`\``;
  return { content: move.kind === 'submit' ? block : 'I have no such tool.', usage };
}

function called({ function: { name } }: ToolDefinition, given: object): Answer {
  return { toolCalls: [{ name, arguments: JSON.stringify(given) }], usage };
}

function toolFor(kind: keyof typeof names, tools: readonly ToolDefinition[]): ToolDefinition | undefined {
  for (const name of names[kind]) {
    const found = tools.find(({ function: tool }) => name.test(tool.name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function byShell(move: Extract<Move, { kind: 'write' | 'read' }>): Move {
  if (move.kind === 'read') return { kind: 'run', command: `cat ${move.path}` };
  const { path, text } = move;
  const folder = path.includes('/') ? `mkdir -p ${path.slice(0, path.lastIndexOf('/'))} && ` : '';
  return { kind: 'run', command: `${folder}cat > ${path} <<'EOF'\n${text}EOF` };
}

/** What the schema of the tool asks for. */
function argumentsFor(move: Move, { function: { parameters } }: ToolDefinition): object {
  if (move.kind === 'submit') return move.result;
  const schema = isObject(parameters) ? parameters : {};
  // aimock shows no schemas of Gemini's: names that its tools have
  const properties = isObject(schema['properties']) ? schema['properties'] : geminiNames;
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      const value = valueFor(move, name);
      if (value !== undefined) return [[name, value]];
      return required.includes(name) ? [[name, filler(property)]] : [];
    }),
  );
}

const geminiNames = { file_path: {}, content: {}, command: {} };

function valueFor(move: Move, name: string): string | undefined {
  if (move.kind === 'run') return /^(?:command|cmd)$/i.test(name) ? move.command : undefined;
  if (move.kind !== 'write' && move.kind !== 'read') return undefined;
  if (/^(?:file_?path|path|target_file|absolute_path)$/i.test(name)) return move.path;
  if (move.kind === 'read') return undefined;
  if (/^(?:contents?|file_text|new_string|newString)$/i.test(name)) return move.text;
  return /^(?:old_string|oldString)$/i.test(name) ? '' : undefined;
}

function filler(property: unknown): unknown {
  const type = isObject(property) ? property['type'] : undefined;
  if (type === 'boolean') return false;
  if (type === 'number' || type === 'integer') return 10_000;
  if (type === 'array') return [];
  return type === 'object' ? {} : 'as the task says';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('\n');
}
