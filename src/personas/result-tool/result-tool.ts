// The tool `submit_result`: an agent in the sandbox calls it, Troupe checks the result and says what is wrong. Never takes what does not fit.
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { byteLength } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { resultMessages } from '../model/messages.ts';
import type { PersonaResult } from '../model/types.ts';
import { checkResult, maxResultBytes } from '../result/parse-result.ts';
import { splitLines } from '../sandbox/index.ts';
import { answerMcp } from './mcp.ts';
import type { OneTool } from './mcp.ts';
import { resultToolMessages as say } from './messages.ts';

/** The tool of one request. */
export interface ResultTool {
  /** What the agent starts, inside the sandbox. */
  readonly server: { readonly name: string; readonly command: string; readonly args: readonly string[] };
  /** What the program needs to see of this machine. */
  readonly readable: readonly string[];
  /** The newest result that fits; undefined: none was handed in. */
  handedIn(): PersonaResult | undefined;
  /** What was handed in before does not count any more. */
  forget(): void;
  close(): Promise<void>;
}

/** The name of the tool: permission to call it is never refused. */
export const resultToolName = 'submit_result';
/** Its server, as agents are told. */
const serverName = 'troupe';

/** All that runs inside: it hands bytes on between the agent and the socket. */
const relay =
  "const s=require('net').connect(process.argv[1]);s.on('error',()=>process.exit(1));s.on('close',()=>process.exit(0));process.stdin.pipe(s);s.pipe(process.stdout)";

/** Opens the tool in the private folder of the request, which the sandbox shows at the same place. `keep`: durable before the agent hears of it. */
export async function openResultTool(
  folder: string,
  schemas: readonly JsonObject[],
  keep: (given: unknown) => void = () => undefined,
): Promise<ResultTool> {
  let kept: PersonaResult | undefined;
  const tool: OneTool = {
    name: resultToolName,
    description: say.description(),
    input,
    call(given) {
      const result = checked(given, schemas);
      if (result.error?.class === 'contract') return { text: say.wrong(result.error.message), isError: true };
      keep(given);
      kept = result;
      return { text: say.kept(), isError: false };
    },
  };
  const path = join(folder, 'tool.sock');
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => undefined);
    void serve(socket, tool).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  // the agent may be another user; the folder around it is closed to all others
  chmodSync(path, 0o666);
  return {
    server: { name: serverName, command: process.execPath, args: ['-e', relay, path] },
    readable: [process.execPath],
    handedIn: () => kept,
    forget() {
      keep(undefined);
      kept = undefined;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function serve(socket: Socket, tool: OneTool): Promise<void> {
  for await (const line of splitLines(socket, 2 * maxResultBytes)) {
    if (line.trim() === '') continue;
    const answer = answerMcp(line, tool);
    if (answer !== undefined) socket.write(`${JSON.stringify(answer)}\n`);
  }
}

function checked(given: unknown, schemas: readonly JsonObject[]): PersonaResult {
  const bytes = byteLength(JSON.stringify(given));
  if (bytes <= maxResultBytes) return checkResult(given, schemas);
  return checkResult({
    status: 'error',
    error: { class: 'contract', message: resultMessages.tooLarge(bytes, maxResultBytes) },
  });
}

/** Simpler than what is understood: some models refuse schemas that say more. */
const input: JsonObject = {
  type: 'object',
  required: ['status', 'summary'],
  properties: {
    status: { type: 'string', enum: ['pass', 'fail'], description: say.status() },
    summary: { type: 'string', description: say.summary() },
    outputs: { type: 'object', description: say.outputs() },
    findings: {
      type: 'array',
      description: say.findings(),
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: {
          path: { type: 'string' },
          startLine: { type: 'integer' },
          endLine: { type: 'integer' },
          level: { type: 'string', enum: ['notice', 'warning', 'failure'] },
          message: { type: 'string' },
        },
      },
    },
    evidence: {
      type: 'array',
      description: say.evidence(),
      items: {
        type: 'object',
        required: ['command', 'exitCode'],
        properties: { command: { type: 'array', items: { type: 'string' } }, exitCode: { type: 'integer' } },
      },
    },
    noop: { type: 'string', description: say.noop() },
    next: { type: 'object', description: say.next() },
  },
};
