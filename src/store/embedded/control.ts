// How another process of the same person reaches the one that drives: JSON lines over a socket in the data directory.
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { classOf, defined, isObject, messageOf, parseJson, sha256, TroupeError } from '../../support/index.ts';
import type { ErrorClass, Json } from '../../support/index.ts';
import type { ControlHandler, ControlServer } from '../ports/control.ts';
import { guarded } from '../sqlite/database.ts';
import { storeMessages } from '../sqlite/messages.ts';

/** The longest request; longer ones end the connection. */
const mostBytes = 1024 * 1024;
/** Socket paths are cut at 104 (macOS) or 108 bytes by the system. */
const longestPath = 100;

/** Where the socket of a data directory lies: in it, or, where that path is too long for a socket, in a private temporary folder. */
export function controlPath(dataDir: string): string {
  const path = join(dataDir, 'control.sock');
  if (Buffer.byteLength(path) <= longestPath) return path;
  return join(tmpdir(), `troupe-${ownUser()}`, `${sha256(dataDir).slice(0, 16)}.sock`);
}

/** By its number: a user of a container may have no name. */
function ownUser(): number {
  return process.getuid?.() ?? 0;
}

/** Listens on the path, mode 0600; what it answers passes `redact`. The caller owns the data directory: a socket of a dead process is replaced. */
export async function serveControl(
  path: string,
  handlers: Readonly<Record<string, ControlHandler>>,
  redact: (json: Json) => Json = (json) => json,
): Promise<ControlServer> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    answerLines(socket, handlers, redact);
  });
  // closing removes the path that was listened on, whoever has it by then: another name until it is there
  const making = `${path}~`;
  guarded(`listen on ${path}`, () => {
    preparePlace(path);
    rmSync(making, { force: true });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(making, resolve);
  });
  guarded(`listen on ${path}`, () => {
    chmodSync(making, 0o600);
    renameSync(making, path);
  });
  const own = numberOf(path);
  return {
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const socket of connections) socket.destroy();
      await closed;
      if (numberOf(path) === own) rmSync(path, { force: true });
    },
  };
}

/** Asks the process that drives. Throws `store/no-control` when nobody listens, else what the handler threw. */
export async function callControl(path: string, verb: string, args: Json): Promise<Json> {
  const socket = await connect(path);
  try {
    socket.write(`${JSON.stringify({ verb, args })}\n`);
    for await (const line of createInterface({ input: socket })) return resultOf(line);
    throw new TroupeError('store/control-closed', storeMessages.controlClosed(verb), { class: 'transient' });
  } finally {
    socket.destroy();
  }
}

function answerLines(
  socket: Socket,
  handlers: Readonly<Record<string, ControlHandler>>,
  redact: (json: Json) => Json,
): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > mostBytes) return socket.destroy();
    for (const line of lines)
      void answer(line, handlers).then(
        (reply) => socket.writable && socket.write(`${JSON.stringify(redact(reply))}\n`),
      );
  });
}

async function answer(line: string, handlers: Readonly<Record<string, ControlHandler>>): Promise<Json> {
  try {
    const request: unknown = parseJson(line);
    const verb = isObject(request) ? String(request['verb']) : '';
    const handler = Object.hasOwn(handlers, verb) ? handlers[verb] : undefined;
    if (handler === undefined)
      throw new TroupeError('store/control-verb', storeMessages.controlUnknownVerb(verb), { class: 'config' });
    // Parsed from JSON text.
    const args = (isObject(request) ? (request['args'] ?? null) : null) as Json;
    return { ok: true, result: await handler(args) };
  } catch (error) {
    return { ok: false, error: errorJson(error) };
  }
}

function errorJson(error: unknown): Json {
  if (!(error instanceof TroupeError))
    return { code: 'store/control-failed', message: messageOf(error), class: classOf(error) };
  return {
    code: error.code,
    message: error.message,
    class: error.class,
    ...defined({ hint: error.hint }),
  };
}

function resultOf(line: string): Json {
  const reply: unknown = parseJson(line);
  // Parsed from JSON text.
  if (isObject(reply) && reply['ok'] === true) return (reply['result'] ?? null) as Json;
  const error = isObject(reply) && isObject(reply['error']) ? reply['error'] : {};
  throw new TroupeError(String(error['code']), String(error['message']), {
    // The other side is the same program: it sends one of its own classes.
    class: error['class'] as ErrorClass,
    ...(typeof error['hint'] === 'string' ? { hint: error['hint'] } : {}),
  });
}

function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause) =>
      reject(
        new TroupeError('store/no-control', storeMessages.noControl(path), {
          class: 'config',
          hint: storeMessages.noControlHint,
          cause,
        }),
      ),
    );
  });
}

/** Which file lies there. */
function numberOf(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

/** The folder of the socket must be ours alone: in a shared temporary folder somebody else could have made it first. */
function preparePlace(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== ownUser()) throw new Error(`${folder} belongs to somebody else`);
}
