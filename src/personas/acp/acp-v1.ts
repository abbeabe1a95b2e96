// Speaks Agent Client Protocol v1 with one agent. The only file that knows its words; decides nothing, and trusts nothing to be well-formed.
import type { Writable } from 'node:stream';
import type { AnyMessage, ClientConnection, Stream } from '@agentclientprotocol/sdk';
import { decimalOf, defined, isObject, messageOf, parseJson, toJson } from '../../support/index.ts';
import { AgentFailure } from './conversation.ts';
import type { AgentListener, Conversation, Greeted, SessionWish, ToolCall, TurnEnd } from './conversation.ts';
import { acpMessages as say } from './messages.ts';
import { toolCallOf } from './tool-class.ts';

type Said = { readonly [key: string]: unknown };

/** The agent's lines and where ours go. */
export interface AgentLines {
  readonly lines: AsyncIterable<string>;
  readonly stdin: Writable;
}

/** What the session needs of the protocol: the connection, and the session once it has begun. */
interface Line {
  readonly connection: ClientConnection;
  session: string | undefined;
}

/** `isReplaying`: the agent tells what was said in a session of before. */
interface Hearing {
  isReplaying: boolean;
}

/**
 * Greets the agent. No file system and no terminal are offered: it has those of its sandbox. What it asks of people is cancelled, and what
 * no version of the protocol knows is answered so.
 */
export async function converse({ lines, stdin }: AgentLines, listener: AgentListener): Promise<Conversation> {
  // half a second's worth of schemas: loaded by whoever talks to an agent
  const { client, PROTOCOL_VERSION } = await import('@agentclientprotocol/sdk');
  const calls = new Map<string, ToolCall>();
  const hearing: Hearing = { isReplaying: false };
  const app = client({ name: 'troupe' })
    .onRequest('session/request_permission', asItCame, ({ params }) => answer(params, listener, calls))
    .onRequest('elicitation/create', asItCame, () => ({ action: 'cancel' }));
  const messages = withoutNotices(lines, (method, params) => {
    if (method === 'session/update' && (!hearing.isReplaying || isAboutUsage(params))) heard(params, listener, calls);
  });
  const line: Line = { connection: app.connect(streamOf(stdin, messages)), session: undefined };
  const greeted = await ask(line, 'initialize', {
    protocolVersion: PROTOCOL_VERSION,
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    clientInfo: { name: 'troupe', title: 'Troupe', version: '1' },
  });
  if (greeted['protocolVersion'] !== PROTOCOL_VERSION)
    throw new AgentFailure(say.otherVersion(String(greeted['protocolVersion'])), { code: -32_600 });
  return {
    agent: greetedIn(greeted['agentInfo']),
    canGoOn: wayBack(greeted) !== undefined,
    begin: (wish) => begin(line, wish),
    async goOn(wish, session) {
      hearing.isReplaying = true;
      await goOn(line, wish, { session, method: wayBack(greeted) ?? 'session/load' });
      hearing.isReplaying = false;
    },
    say: (text) => turn(line, text),
    async interrupt() {
      if (line.session === undefined) return;
      await line.connection.agent.notify('session/cancel', { sessionId: line.session }).catch(() => undefined);
    },
  };
}

/** How it goes on with a session: without telling what was said there, where it can. */
function wayBack({ agentCapabilities: can }: Said): 'session/resume' | 'session/load' | undefined {
  if (!isObject(can)) return undefined;
  const sessions = can['sessionCapabilities'];
  if (isObject(sessions) && isObject(sessions['resume'])) return 'session/resume';
  return can['loadSession'] === true ? 'session/load' : undefined;
}

async function begin(line: Line, wish: SessionWish): Promise<string> {
  const begun = await ask(line, 'session/new', paramsOf(wish));
  const { sessionId } = begun;
  if (typeof sessionId !== 'string') throw new AgentFailure(say.noSession(), { code: -32_600 });
  line.session = sessionId;
  await chooseWished(line, begun, wish);
  return sessionId;
}

async function goOn(
  line: Line,
  wish: SessionWish,
  { session, method }: { readonly session: string; readonly method: string },
): Promise<void> {
  const begun = await ask(line, method, { ...paramsOf(wish), sessionId: session });
  line.session = session;
  await chooseWished(line, begun, wish);
}

function paramsOf({ cwd, tools, about }: SessionWish): object {
  const mcpServers = tools.map(({ name, command, args }) => ({ name, command, args, env: [] }));
  return { cwd, mcpServers, ...defined({ _meta: about }) };
}

async function chooseWished(line: Line, begun: Said, { model, mode }: SessionWish): Promise<void> {
  if (mode !== undefined) await choose(line, { begun, what: 'mode', wanted: mode });
  const offered = optionOf(begun, 'model');
  if (model !== undefined && offered !== undefined) await choose(line, { begun, what: 'model', wanted: model });
}

/** As an option of the session, else as the modes that came before options. */
async function choose(
  line: Line,
  { begun, what, wanted }: { readonly begun: Said; readonly what: 'mode' | 'model'; readonly wanted: string },
): Promise<void> {
  const option = optionOf(begun, what);
  const modes = isObject(begun['modes']) ? idsIn(begun['modes']['availableModes'], 'id') : [];
  const offered = option === undefined ? modes : valuesOf(option['options']);
  if (!offered.includes(wanted)) throw new AgentFailure(say.notOffered(what, wanted, offered), { code: -32_602 });
  const { session: sessionId } = line;
  if (option === undefined) await ask(line, 'session/set_mode', { sessionId, modeId: wanted });
  else await ask(line, 'session/set_config_option', { sessionId, configId: option['id'], value: wanted });
}

async function turn(line: Line, text: string): Promise<TurnEnd> {
  const ended = await ask(line, 'session/prompt', {
    sessionId: line.session,
    prompt: [{ type: 'text', text }],
  });
  const reason = typeof ended['stopReason'] === 'string' ? ended['stopReason'] : '';
  const about = isObject(ended['_meta']) ? ended['_meta'] : {};
  const quota = isObject(about['quota']) ? about['quota']['token_count'] : undefined;
  return { reason, isDone: reason === 'end_turn', reports: [ended['usage'], about['usage'], quota] };
}

async function ask({ connection }: Line, method: string, params: object): Promise<Said> {
  try {
    const answered: unknown = await connection.agent.request<unknown, object>(method, params);
    return isObject(answered) ? answered : {};
  } catch (error) {
    const code = isObject(error) && typeof error['code'] === 'number' ? error['code'] : undefined;
    const data = isObject(error) && error['data'] !== undefined ? toJson(error['data']) : undefined;
    throw new AgentFailure(messageOf(error), defined({ code, data }));
  }
}

/** Handlers are called in the order in which the agent wrote: this one must not wait for anything. */
function heard(params: unknown, { onEvent }: AgentListener, calls: Map<string, ToolCall>): void {
  const update = isObject(params) ? params['update'] : undefined;
  if (!isObject(update)) return;
  switch (update['sessionUpdate']) {
    case 'agent_message_chunk':
    case 'agent_thought_chunk': {
      const { content } = update;
      if (!isObject(content) || typeof content['text'] !== 'string') return;
      const isThought = update['sessionUpdate'] === 'agent_thought_chunk';
      onEvent({ kind: 'said', text: content['text'], ...(isThought ? { isThought } : {}) });
      return;
    }
    case 'tool_call':
    case 'tool_call_update': {
      const call = toolCallOf(update, calls.get(String(update['toolCallId'])));
      if (call === undefined) return;
      calls.set(call.id, call);
      onEvent({ kind: 'tool', call });
      return;
    }
    case 'usage_update': {
      const cost = isObject(update['cost']) ? update['cost'] : {};
      const costUsd = cost['currency'] === 'USD' ? decimalOf(cost['amount']) : undefined;
      if (costUsd !== undefined) onEvent({ kind: 'cost', costUsd });
      return;
    }
    default:
  }
}

function isAboutUsage(params: unknown): boolean {
  const update = isObject(params) ? params['update'] : undefined;
  return isObject(update) && update['sessionUpdate'] === 'usage_update';
}

/** Once, and never always: where neither is offered, what is left is to say that nobody chose. */
async function answer(params: unknown, { decide }: AgentListener, calls: ReadonlyMap<string, ToolCall>) {
  const asked = isObject(params) && isObject(params['toolCall']) ? params['toolCall'] : {};
  const call = toolCallOf(asked, calls.get(String(asked['toolCallId'])));
  const options = isObject(params) ? params['options'] : undefined;
  const decided = call === undefined ? 'reject_once' : await decide(call);
  const optionId =
    decided === 'allow_once'
      ? (optionNamed(options, 'allow_once') ?? optionNamed(options, 'reject_once'))
      : (optionNamed(options, 'reject_once') ?? optionNamed(options, 'reject_always'));
  return { outcome: optionId === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } };
}

function optionNamed(options: unknown, kind: string): string | undefined {
  const found = Array.isArray(options) ? options.find((one) => isObject(one) && one['kind'] === kind) : undefined;
  return isObject(found) && typeof found['optionId'] === 'string' ? found['optionId'] : undefined;
}

function optionOf(begun: Said, category: string): Said | undefined {
  const options = begun['configOptions'];
  const found = Array.isArray(options)
    ? options.find((one) => isObject(one) && (one['category'] === category || one['id'] === category))
    : undefined;
  return isObject(found) ? found : undefined;
}

/** Values stand in a list, or in groups of lists. */
function valuesOf(options: unknown): readonly string[] {
  if (!Array.isArray(options)) return [];
  return [
    ...idsIn(options, 'value'),
    ...options.flatMap((group) => (isObject(group) ? idsIn(group['options'], 'value') : [])),
  ];
}

function idsIn(list: unknown, key: string): readonly string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one) => (isObject(one) && typeof one[key] === 'string' ? [one[key]] : []));
}

function greetedIn(info: unknown): Greeted {
  if (!isObject(info)) return {};
  const { name, title, version } = info;
  return defined({ name: textOf(name), title: textOf(title), version: textOf(version) });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asItCame(params: unknown): unknown {
  return params;
}

/**
 * Requests and answers. Lines that are no message are nobody's: many programs print warnings there. What an agent only tells is told at
 * once, in the order in which it wrote, and never refused for its form.
 */
async function* withoutNotices(
  lines: AsyncIterable<string>,
  onNotice: (method: string, params: unknown) => void,
): AsyncGenerator<AnyMessage, void> {
  for await (const line of lines) {
    const message = messageIn(line);
    if (message === undefined) continue;
    if ('method' in message && !('id' in message)) onNotice(message.method, message.params);
    else yield message;
  }
}

function streamOf(stdin: Writable, messages: AsyncIterable<AnyMessage>): Stream {
  const asked = new Set<unknown>();
  return {
    readable: new ReadableStream<AnyMessage>({
      async start(controller) {
        try {
          // an answer that nobody asked for would be told on the standard error of Troupe
          for await (const message of messages)
            if ('method' in message || asked.delete(message.id)) controller.enqueue(message);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
      },
    }),
    writable: new WritableStream<AnyMessage>({
      write(message) {
        if ('method' in message && 'id' in message) asked.add(message.id);
        // who does not read any more has ended, and that is told by its end
        return new Promise((resolve) => {
          stdin.write(`${JSON.stringify(message)}\n`, () => resolve());
        });
      },
    }),
  };
}

function messageIn(line: string): AnyMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = parseJson(line);
    // what it holds besides is looked at by whoever reads it
    return isObject(value) && value['jsonrpc'] === '2.0' ? (value as unknown as AnyMessage) : undefined;
  } catch {
    return undefined;
  }
}
