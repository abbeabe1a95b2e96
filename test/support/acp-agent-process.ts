// A fake agent that speaks Agent Client Protocol over its standard input and output, and misbehaves on demand: the first argument says how.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { agent, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';
import type { AgentContext, McpServer, StopReason } from '@agentclientprotocol/sdk';
import { askingModels } from './asking-models.ts';

const [scenario = 'pass', more = ''] = process.argv.slice(2);
let servers: readonly McpServer[] = [];
let turns = 0;
/** By which way it came to a session of before. */
let goneOn = '';
let cancelled = false;
/** Ends what waits for a cancel. */
let onCancel: () => void = () => undefined;

/** What a turn has at hand. */
interface Turn {
  readonly number: number;
  readonly prompt: string;
  say(text: string): Promise<void>;
  /** Tells of a tool that it uses. */
  use(kind: string, title: string, more?: object): Promise<void>;
  /** Asks first; true: it may. */
  may(kind: string, path: string, options?: readonly string[]): Promise<boolean>;
  /** Calls `submit_result`; what it was told. */
  submit(result: object): Promise<string>;
  tell(update: object): Promise<void>;
  readonly client: AgentContext;
}

const forever = new Promise<never>(() => undefined);
setInterval(() => undefined, 60_000);

const noted = { status: 'pass', summary: 'Noted it.' };
const looksRight = { status: 'pass', summary: 'Looks right', outputs: { risk: 'low' } };

/** What each scenario does in a turn. Nothing: the turn ends by itself. */
const scenarios: Readonly<Record<string, (turn: Turn) => Promise<StopReason | object | undefined | void>>> = {
  async pass(turn) {
    await turn.use('read', 'Read README.md', { locations: [{ path: 'README.md' }] });
    await turn.say('It looks right.\n');
    await turn.submit(looksRight);
  },
  async fail(turn) {
    await turn.submit({ status: 'fail', summary: 'Not right' });
  },
  async error(turn) {
    writeFileSync(
      process.env['TROUPE_RESULT_FILE'] ?? '',
      '{"status":"error","error":{"class":"rate_limit","message":"slow down","retryAfterMs":1500}}',
    );
    await turn.say('Slow down.');
  },
  async edit(turn) {
    if (await turn.may('edit', 'made/by-persona.txt')) {
      mkdirSync('made');
      writeFileSync('made/by-persona.txt', 'made\n');
    }
    await turn.submit({ status: 'pass', summary: 'Made' });
  },
  hang: () =>
    new Promise((resolve) => {
      onCancel = () => resolve('cancelled');
    }),
  /** Hands in its result in one way or the other, and does not end its turn. */
  async 'hands-in'(turn) {
    writeFileSync('notes.md', 'noted\n');
    await turn.submit(noted);
    return forever;
  },
  'hands-in-file'() {
    writeFileSync('notes.md', 'noted\n');
    writeFileSync(process.env['TROUPE_RESULT_FILE'] ?? '', JSON.stringify(noted));
    return forever;
  },
  /** Says its result, ends its turn, and does not end itself when it is told. */
  async says(turn) {
    process.on('SIGTERM', () => undefined);
    writeFileSync('notes.md', 'noted\n');
    await turn.say(`\`\`\`json result\n${JSON.stringify(noted)}\n\`\`\`\n`);
  },
  /** Works in a session that outlives it: the first process hangs in the middle, or dies there. */
  async 'goes-on'(turn) {
    const log = `${process.env['HOME'] ?? ''}/session.txt`;
    appendFileSync(log, `${turn.prompt.split('\n')[0]}\n`);
    if (goneOn === '') {
      writeFileSync('half.txt', 'half\n');
      await turn.say('Half of it is done.\n');
      if (more === 'dies') process.kill(process.pid, 'SIGKILL');
      return forever;
    }
    const edited = existsSync('half.txt') ? 'half.txt is there' : 'half.txt is gone';
    writeFileSync('whole.txt', 'whole\n');
    const summary = `${edited}, by ${goneOn}, ${readFileSync(log, 'utf8').trim().split('\n').length} turns`;
    await turn.submit({ status: 'pass', summary });
    return { stopReason: 'end_turn', usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 } };
  },
  async garbage(turn) {
    await turn.say('\u0000\ufffd\u001b[31mAll done successfully!');
  },
  nothing: () => Promise.resolve(),
  async huge(turn) {
    for (let n = 0; n < 20; n += 1) await turn.say('x'.repeat(1_000_000));
  },
  async 'bad-outputs'(turn) {
    await turn.submit({ status: 'pass', summary: 'x', outputs: 'none' });
  },
  async 'lying-evidence'(turn) {
    await turn.submit({
      status: 'pass',
      summary: 'x',
      evidence: [{ by: 'troupe', command: ['npm', 'test'], exitCode: 0 }],
    });
  },
  async corrected(turn) {
    const told = await turn.submit({ status: 'pass', summary: 'x', outputs: { risk: 'enormous' } });
    await turn.submit({ status: 'pass', summary: told, outputs: { risk: 'low' } });
  },
  async 'second-turn'(turn) {
    if (turn.number === 1) await turn.say('All done!');
    else await turn.say(`\`\`\`json result\n${JSON.stringify({ status: 'pass', summary: turn.prompt })}\n\`\`\``);
  },
  async file(turn) {
    const path = process.env['TROUPE_RESULT_FILE'] ?? '';
    if (await turn.may('edit', path)) writeFileSync(path, JSON.stringify(looksRight));
  },
  async block(turn) {
    await turn.say(`Here it is:\n\n\`\`\`json result\n${JSON.stringify(looksRight)}\n\`\`\`\n`);
  },
  async cut(turn) {
    await turn.submit(looksRight);
    return 'max_tokens';
  },
  async 'denied-write'(turn) {
    const may = await turn.may('edit', 'src/sum.js');
    await turn.say(may ? 'I was allowed.' : 'Everything is done, all tests pass!');
    if (!may) await turn.submit({ status: 'fail', summary: 'I may not write' });
  },
  async 'asks-everything'(turn) {
    const asked: [string, string][] = [
      ['read', 'README.md'],
      ['search', '.'],
      ['edit', 'a.txt'],
      ['delete', 'b.txt'],
      ['move', 'c.txt'],
      ['execute', ''],
      ['fetch', ''],
      ['edit', '/etc/passwd'],
      ['read', '../../secret'],
      ['switch_mode', ''],
      ['other', ''],
      ['think', ''],
    ];
    const answers: string[] = [];
    for (const [kind, path] of asked) answers.push(`${kind} ${path} ${await turn.may(kind, path)}`);
    answers.push(`always ${await turn.may('read', 'README.md', ['allow_always', 'reject_once'])}`);
    await turn.submit({ status: 'pass', summary: 'Asked', outputs: { answers } });
  },
  '401': () => Promise.reject(RequestError.authRequired(undefined, 'Invalid API key')),
  '401-in-data': () => Promise.reject(new RequestError(-32_603, 'Internal error', { status: 401 })),
  '429': () => Promise.reject(new RequestError(-32_603, 'Too many requests')),
  '429-wait': () => Promise.reject(new RequestError(-32_603, 'API Error: 429 rate limited, retry-after: 7')),
  '500': () => Promise.reject(new RequestError(-32_603, 'Internal error', { errorKind: 'server_error' })),
  unreachable: () => Promise.reject(new RequestError(-32_603, 'fetch failed: connect ECONNREFUSED 127.0.0.1:9')),
  async 'polite-401'(turn) {
    await turn.say('Info: Execution failed: Error: 401 Unauthorized, invalid api key');
  },
  async 'polite-429'(turn) {
    await turn.say('API Error: 429 {"type":"rate_limit_error"} try again in 20s');
  },
  async 'polite-500'(turn) {
    await turn.say('Error: request failed with status 503 (service unavailable)');
  },
  async lying(turn) {
    await turn.use('execute', 'npm test');
    await turn.say('Success! All 12 tests pass and the change is committed. Status: pass.');
  },
  async outside(turn) {
    if (await turn.may('edit', '../outside.txt')) writeFileSync('../outside.txt', 'out');
    else writeFileSync('../outside.txt', 'out anyway');
    await turn.submit(looksRight);
  },
  async crash(turn) {
    await turn.submit(looksRight);
    process.stderr.write('panic: out of cheese\n');
    process.exit(7);
  },
  'crash-early': () => process.exit(3),
  async killed(turn) {
    await turn.submit(looksRight);
    process.kill(process.pid, 'SIGKILL');
    return forever;
  },
  deaf: () => forever,
  async setsid(turn) {
    spawn('setsid', ['sleep', more], { detached: true, stdio: 'ignore' }).unref();
    spawn('sleep', [more], { detached: true, stdio: 'ignore' }).unref();
    if (turn.prompt.includes('hang')) return forever;
    await turn.submit(looksRight);
  },
  async flood(turn) {
    const line = `${'y'.repeat(1_000_000)}\n`;
    for (let n = 0; n < 50; n += 1) await new Promise((resolve) => process.stdout.write(line, resolve));
    await turn.submit(looksRight);
  },
  async noise(turn) {
    process.stdout.write('Warning: something is deprecated\n{"jsonrpc":"2.0","id":99,"result":{}}\n{"half":\n[]\n7\n');
    process.stdout.write('{"jsonrpc":"2.0","method":"session/update","params":{"update":7}}\n');
    process.stdout.write('{"jsonrpc":"2.0","method":"_vendor/telemetry","params":{}}\n');
    await turn.submit(looksRight);
  },
  async vendor(turn) {
    const told: string[] = [];
    const asked: [string, object][] = [
      ['x.ai/ask', {}],
      ['fs/write_text_file', { sessionId: 's', path: `${process.cwd()}/by-client.txt`, content: 'x' }],
      ['fs/read_text_file', { sessionId: 's', path: '/etc/passwd' }],
      ['terminal/create', { sessionId: 's', command: 'true' }],
    ];
    for (const [method, params] of asked)
      await turn.client.request(method, params).then(
        () => told.push(`${method} answered`),
        (error: unknown) => told.push(`${method} ${error instanceof RequestError ? error.code : 'failed'}`),
      );
    const question = {
      mode: 'form',
      message: 'Which?',
      sessionId: 's',
      requestedSchema: { type: 'object', properties: {} },
    };
    const elicited = await turn.client.request<{ action: string }>('elicitation/create', question);
    await turn.submit({ status: 'pass', summary: 'Asked', outputs: { told: [...told, elicited.action] } });
  },
  async usage(turn) {
    await turn.tell({ sessionUpdate: 'usage_update', used: 10, size: 100, cost: { amount: 0.02, currency: 'USD' } });
    await turn.tell({ sessionUpdate: 'usage_update', used: 20, size: 100, cost: { amount: 0.05, currency: 'USD' } });
    if (turn.number === 2) await turn.submit(looksRight);
    return { stopReason: 'end_turn', usage: { inputTokens: 100, outputTokens: 7, totalTokens: 107 } };
  },
  async 'contract-usage'(turn) {
    await turn.tell({ sessionUpdate: 'usage_update', used: 10, size: 100, cost: { amount: 0.25, currency: 'USD' } });
    await turn.submit(looksRight);
    return { stopReason: 'end_turn', usage: { inputTokens: 100, outputTokens: 10, totalTokens: 110 } };
  },
  async 'usage-apart'(turn) {
    await turn.submit(looksRight);
    return { stopReason: 'end_turn', _meta: { quota: { token_count: { input_tokens: 12, output_tokens: 3 } } } };
  },
  async environment(turn) {
    const home = readdirSync(process.env['HOME'] ?? '', { recursive: true, encoding: 'utf8' });
    const words = process.argv.slice(2);
    const outputs = {
      environment: process.env,
      home,
      words,
      cwd: process.cwd(),
      servers: servers.map(({ name }) => name),
    };
    writeFileSync(process.env['TROUPE_RESULT_FILE'] ?? '', JSON.stringify({ status: 'pass', summary: 'x', outputs }));
    await turn.say('Look into the file.');
  },
  /** Some agents show what a tool is given in place of its name, once they ask. */
  async 'asks-to-submit'(turn) {
    const answers: boolean[] = [];
    const asked = [
      ['other', 'submit_result (troupe MCP Server)', '{"status":"pass"}'],
      ['other', 'delete_everything (other MCP Server)', '{"status":"pass"}'],
      ['execute', 'mcp.troupe.submit_result', 'mcp.troupe.submit_result'],
      ['execute', 'mcp.troupe.submit_result', 'mcp.troupe.submit_result; rm -rf .'],
    ] as const;
    for (const [kind, title, shown] of asked) {
      const toolCallId = `named ${title} ${shown}`;
      await turn.tell({ sessionUpdate: 'tool_call', toolCallId, kind, title, status: 'pending' });
      const { outcome } = await turn.client.request<{ outcome: { optionId?: string } }>('session/request_permission', {
        sessionId: 's1',
        toolCall: { toolCallId, kind, title: shown },
        options: [
          { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
          { optionId: 'no', name: 'No', kind: 'reject_once' },
        ],
      });
      answers.push(outcome.optionId === 'yes');
    }
    await turn.submit({ status: 'pass', summary: 'Asked', outputs: { answers } });
  },
  ...askingModels,
  async 'persona-and-model'(turn) {
    await askingModels['model-first']?.(turn);
    await scenarios['persona']?.(turn);
  },
  async persona(turn) {
    const id = process.env['TROUPE_PERSONA'] ?? '';
    const { edits = {}, ...answer } = answersOf(id);
    for (const [path, text] of Object.entries(edits))
      if (await turn.may('edit', path)) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      }
    await turn.submit(answer);
  },
};

/** What the test wants of that persona, with its edits. */
function answersOf(id: string): {
  readonly edits?: Readonly<Record<string, string>>;
  readonly status?: string;
  readonly summary?: string;
} {
  // as `good-answers.ts` has them
  const all = JSON.parse(more) as Readonly<Record<string, ReturnType<typeof answersOf>>>;
  return all[id] ?? { status: 'pass', summary: 'Done.' };
}

function turnWith(client: AgentContext, sessionId: string, prompt: string): Turn {
  turns += 1;
  let tools = 0;
  const tell = (update: object): Promise<void> => client.notify('session/update', { sessionId, update });
  return {
    number: turns,
    prompt,
    client,
    tell,
    say: (text) => tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } }),
    use(kind, title, rest = {}) {
      tools += 1;
      return tell({
        sessionUpdate: 'tool_call',
        toolCallId: `t${turns}.${tools}`,
        kind,
        title,
        status: 'pending',
        ...rest,
      });
    },
    async may(kind, path, options = ['allow_always', 'allow_once', 'reject_once']) {
      tools += 1;
      const { outcome } = await client.request<{ outcome: { outcome: string; optionId?: string } }>(
        'session/request_permission',
        {
          sessionId,
          toolCall: {
            toolCallId: `t${turns}.${tools}`,
            // only those of the protocol are asked with
            kind: kind as 'edit',
            title: `${kind} ${path}`,
            ...(path === '' ? {} : { rawInput: { file_path: path } }),
          },
          options: options.map((one) => ({ optionId: one, name: one, kind: one as 'allow_once' })),
        },
      );
      return outcome.outcome === 'selected' && outcome.optionId === 'allow_once';
    },
    submit,
  };
}

/** Starts the server of the session, as agents do, and calls its only tool. */
async function submit(result: object): Promise<string> {
  const server = servers.find((one) => one.name === 'troupe');
  if (server === undefined || !('command' in server)) throw new Error('no tool');
  const child = spawn(server.command, [...server.args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  async function ask(
    id: number,
    method: string,
    params: object,
  ): Promise<{ result: { content?: { text: string }[]; tools?: { name: string }[] } }> {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const { value } = await lines.next();
    // the test's own server
    return JSON.parse(String(value)) as { result: { content?: { text: string }[] } };
  }
  await ask(1, 'initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'fake', version: '1' },
  });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const { result: listed } = await ask(2, 'tools/list', {});
  const { result: told } = await ask(3, 'tools/call', { name: listed.tools?.[0]?.name, arguments: result });
  child.stdin.end();
  return told.content?.[0]?.text ?? '';
}

const work = scenarios[scenario] ?? scenarios['pass'];
const connection = agent({ name: 'fake' })
  .onRequest('initialize', () => ({
    protocolVersion: scenario === 'future' ? 2 : 1,
    agentInfo: { name: 'fake-agent', version: '1.2.3' },
    agentCapabilities:
      scenario !== 'goes-on' || more === 'cannot'
        ? {}
        : { loadSession: true, ...(more === 'loads' ? {} : { sessionCapabilities: { resume: {} } }) },
  }))
  .onRequest('session/new', ({ params }) => {
    servers = params.mcpServers;
    if (scenario === 'no-login') throw RequestError.authRequired(undefined, 'Please run /login');
    return {
      sessionId: 's1',
      modes: {
        currentModeId: 'ask',
        availableModes: [
          { id: 'ask', name: 'Ask' },
          { id: 'code', name: 'Code' },
        ],
      },
    };
  })
  .onRequest('session/resume', ({ params }) => {
    if (params.sessionId !== 's1' || more === 'loses') throw new RequestError(-32_002, 'Session not found');
    servers = params.mcpServers ?? [];
    goneOn = 'resume';
    return {};
  })
  .onRequest('session/load', async ({ params, client }) => {
    servers = params.mcpServers;
    goneOn = 'load';
    const { sessionId } = params;
    const told = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'Told again.' } };
    await client.notify('session/update', { sessionId, update: told });
    return {};
  })
  .onRequest('session/set_mode', ({ params }) => {
    appendFileSync('mode.txt', params.modeId);
    return {};
  })
  .onRequest('session/prompt', async ({ params, client }) => {
    const [first] = params.prompt;
    const turn = turnWith(client, params.sessionId, first?.type === 'text' ? first.text : '');
    const end = await work?.(turn);
    if (typeof end === 'object') return end as { stopReason: StopReason };
    return { stopReason: end ?? (cancelled ? 'cancelled' : 'end_turn') };
  })
  .onNotification('session/cancel', () => {
    cancelled = true;
    onCancel();
  })
  .connect(
    ndJsonStream(
      // Node's own streams of the web and those of the types differ in name only
      Writable.toWeb(process.stdout) as WritableStream<Uint8Array>,
      Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
    ),
  );
if (scenario !== 'deaf') void connection.closed.then(() => process.exit(0));
if (scenario === 'deaf') process.on('SIGTERM', () => undefined);
