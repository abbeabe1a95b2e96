// A program that git runs in place of its own helper when it pushes over HTTP: `git send-pack`, which that helper starts, would have the
// repository's address and the branch among its arguments. It reads both from its environment. Never stores anything.

/**
 * Source of the program, for `node -e`. On its standard streams it speaks the `connect` of gitremote-helpers(7), to the server smart HTTP
 * (gitprotocol-http(5)), and what fails it says in the words of git, which `failures.ts` reads.
 */
export const pushProgram = `
const { env } = process;
const settings = Object.entries(env).filter(([name]) => name.startsWith('GIT_CONFIG_KEY_'));
const setting = (wanted) => {
  const found = settings.find(([, key]) => wanted.test(key));
  return found && env['GIT_CONFIG_VALUE_' + found[0].slice('GIT_CONFIG_KEY_'.length)];
};
let url = setting(/^remote\\.real\\.url$/).replace(/\\/?$/, '');
const shown = url + '/';
const [, authorization] = /^Authorization: (.*)$/.exec(setting(/^http\\..*extraHeader$/) || '') || [];
const headers = { 'user-agent': 'git/2.40.0', 'accept-encoding': 'gzip, deflate', ...(authorization && { authorization }) };
const chunks = process.stdin.iterator({ destroyOnReturn: false });
let held = Buffer.alloc(0);
async function more() {
  const { value, done } = await chunks.next();
  if (!done) held = held.length === 0 ? value : Buffer.concat([held, value]);
  return !done;
}
async function take(length) {
  while (held.length < length) if (!(await more())) return undefined;
  const taken = held.subarray(0, length);
  held = held.subarray(length);
  return taken;
}
async function line() {
  for (;;) {
    const end = held.indexOf(10);
    if (end >= 0) return (await take(end + 1)).toString().slice(0, -1);
    if (!(await more())) return undefined;
  }
}
const write = (bytes) => new Promise((resolve) => process.stdout.write(bytes, resolve));
class Said extends Error {}
let agents = {};
let ca;
const isDistrust = ({ code = '', message }) => /cert|signature|issuer/i.test(code + message) && !/altname|expired|not_yet/i.test(code);
function trustsMore() {
  // what git itself goes by, and slow to read: asked only where Node's own list does not do
  if (ca || Object.keys(env).some((name) => /^ssl_cert_/i.test(name))) return false;
  const { getCACertificates } = require('node:tls');
  if (!getCACertificates) return false;
  ca = [...getCACertificates('default'), ...getCACertificates('system')];
  agents = {};
  return true;
}
function clientOf({ protocol }) {
  const name = protocol === 'https:' ? 'https' : 'http';
  const client = require('node:' + name);
  // a connection that nothing is sent on for four seconds may be closed by now
  agents[name] ??= new client.Agent({ keepAlive: true, timeout: 4000, proxyEnv: env, ...(ca && { ca }) });
  return { request: client.request, agent: agents[name] };
}
function sent(where, init, send) {
  return new Promise((resolve, reject) => {
    const { request: begin, agent } = clientOf(where);
    const request = begin(where, { ...init, agent });
    const late = setTimeout(() => request.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })), 10000);
    const there = () => clearTimeout(late);
    request.on('socket', (socket) => (socket.connecting ? socket.once('connect', there) : there()));
    request.on('response', resolve);
    request.on('error', reject);
    send(request).catch((error) => request.destroy(error));
  });
}
function partsOf(response) {
  if (!/^(?:x-)?(?:gzip|deflate)$/i.test(response.headers['content-encoding'] || '')) return response;
  const { pipeline } = require('node:stream');
  return pipeline(response, require('node:zlib').createUnzip(), () => {});
}
async function bytesOf(response) {
  const parts = [];
  for await (const part of partsOf(response)) parts.push(part);
  return Buffer.concat(parts);
}
async function refused(response, kind) {
  const isText = /^text\\/plain/.test(response.headers['content-type'] || '');
  const words = isText ? (await bytesOf(response)).toString().slice(0, 20000).split(/\\r?\\n/).filter(Boolean) : [];
  const remote = words.map((word) => 'remote: ' + word + '\\n').join('');
  const { statusCode } = response;
  if (statusCode === 401) throw new Said(remote + "fatal: Authentication failed for '" + shown + "'");
  if (statusCode === 404) throw new Said(remote + "fatal: repository '" + shown + "' not found");
  const verdict = 'The requested URL returned error: ' + statusCode;
  throw new Said(remote + (kind === 'look' ? "fatal: unable to access '" + shown + "': " + verdict : 'error: RPC failed; HTTP ' + statusCode + ' curl 22 ' + verdict));
}
const network = {
  ENOTFOUND: 'Could not resolve host',
  EAI_AGAIN: 'Could not resolve host',
  ECONNREFUSED: 'Failed to connect to server',
  ECONNRESET: 'Recv failure: Connection reset by peer',
  EPIPE: 'Send failure: Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
};
function reasonOf(error) {
  const cause = error.errors && error.errors[0] ? error.errors[0] : error;
  return network[cause.code] || (/ssl|cert|tls/i.test(cause.code + cause.message) ? 'SSL certificate problem: ' : '') + (cause.code || cause.message);
}
const failed = (kind, error) => new Said(kind === 'look' ? "fatal: unable to access '" + shown + "': " + reasonOf(error) : 'error: RPC failed; ' + reasonOf(error));
async function asked(kind, where, init, send) {
  let response;
  try {
    response = await sent(where, init, send);
  } catch (error) {
    if (kind === 'look' && isDistrust(error) && trustsMore()) return asked(kind, where, init, send);
    throw failed(kind, error);
  }
  if (response.statusCode >= 200 && response.statusCode < 300) return response;
  const { location } = response.headers;
  const next = kind === 'look' && response.statusCode < 400 && location && URL.parse(location, where);
  if (!next) return refused(response, kind);
  response.resume();
  return { next };
}
async function advertised() {
  const look = '/info/refs?service=git-receive-pack';
  let where = new URL(url + look);
  for (let times = 0; ; times += 1) {
    const response = await asked('look', where, { headers }, async (request) => request.end());
    if (!response.next) return refsOf(response);
    const { next } = response;
    if (times === 20 || !next.href.endsWith(look) || !(next.protocol === where.protocol || next.protocol === 'https:')) throw new Said("fatal: unable to access '" + shown + "': refused where it was sent");
    // the token is for one server
    if (next.origin !== where.origin) delete headers.authorization;
    where = next;
    url = next.href.slice(0, -look.length);
  }
}
async function refsOf(response) {
  let bytes;
  try {
    bytes = await bytesOf(response);
  } catch (error) {
    throw failed('look', error);
  }
  const first = parseInt(bytes.toString('latin1', 0, 4), 16);
  if (!bytes.toString('latin1', 4, first).startsWith('# service=git-receive-pack')) throw new Said("fatal: repository '" + shown + "' not found");
  return bytes.subarray(first + 4);
}
async function commands() {
  const all = [];
  let hasPack = false;
  for (;;) {
    const size = await take(4);
    if (!size) return undefined;
    all.push(size);
    const length = parseInt(size.toString('latin1'), 16);
    if (length === 0) return all.length === 1 ? undefined : { bytes: Buffer.concat(all), hasPack };
    const text = await take(length - 4);
    all.push(text);
    if (/^[0-9a-f]{40,64} (?!0+ )[0-9a-f]{40,64} /.test(text.toString('latin1', 0, 140))) hasPack = true;
  }
}
async function* bodyOf({ bytes }) {
  yield bytes;
  do {
    const part = held;
    held = Buffer.alloc(0);
    if (part.length > 0) yield part;
  } while (await more());
}
async function send(request, wanted) {
  if (!wanted.hasPack) return request.end(wanted.bytes);
  for await (const part of bodyOf(wanted)) {
    if (!request.write(part)) await new Promise((resolve) => request.once('drain', resolve));
  }
  request.end();
}
async function connect() {
  const refs = await advertised();
  await write(Buffer.concat([Buffer.from('\\n'), refs]));
  const wanted = await commands();
  if (!wanted) return;
  const type = 'application/x-git-receive-pack';
  const init = { method: 'POST', headers: { ...headers, 'content-type': type + '-request', accept: type + '-result' } };
  const response = await asked('send', new URL(url + '/git-receive-pack'), init, (request) => send(request, wanted));
  try {
    for await (const part of partsOf(response)) await write(part);
  } catch (error) {
    throw failed('send', error);
  }
}
async function main() {
  for (;;) {
    const said = await line();
    if (said === undefined || said === '') return;
    if (said === 'capabilities') await write('connect\\n\\n');
    else if (said === 'connect git-receive-pack') return connect();
    else await write(said.startsWith('connect ') ? 'fallback\\n' : 'unsupported\\n');
  }
}
main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write((error instanceof Said ? error.message : 'fatal: ' + error.message) + '\\n', () => process.exit(128));
  },
);
`;
