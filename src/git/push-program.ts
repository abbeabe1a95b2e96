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
const headers = { 'user-agent': 'git/2.40.0', ...(authorization && { authorization }) };
const chunks = process.stdin.iterator({ destroyOnReturn: false });
let held = Buffer.alloc(0);
async function more() {
  const { value, done } = await chunks.next();
  if (!done) held = Buffer.concat([held, value]);
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
async function refused(response, kind) {
  const isText = /^text\\/plain/.test(response.headers.get('content-type') || '');
  const words = isText ? (await response.text()).slice(0, 20000).split(/\\r?\\n/).filter(Boolean) : [];
  const remote = words.map((word) => 'remote: ' + word + '\\n').join('');
  const { status } = response;
  if (status === 401) throw new Said(remote + "fatal: Authentication failed for '" + shown + "'");
  if (status === 404) throw new Said(remote + "fatal: repository '" + shown + "' not found");
  const words2 = 'The requested URL returned error: ' + status;
  throw new Said(remote + (kind === 'look' ? "fatal: unable to access '" + shown + "': " + words2 : 'error: RPC failed; HTTP ' + status + ' curl 22 ' + words2));
}
const network = {
  ENOTFOUND: 'Could not resolve host',
  EAI_AGAIN: 'Could not resolve host',
  ECONNREFUSED: 'Failed to connect to server',
  ECONNRESET: 'Recv failure: Connection reset by peer',
  UND_ERR_SOCKET: 'Recv failure: Connection reset by peer',
  ETIMEDOUT: 'Connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'Connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'Operation timed out',
  UND_ERR_BODY_TIMEOUT: 'Operation timed out',
};
function reasonOf(error) {
  let cause = error;
  while (cause.cause) cause = cause.cause;
  if (cause.errors && cause.errors[0]) cause = cause.errors[0];
  return network[cause.code] || (/ssl|cert|tls/i.test(cause.code + cause.message) ? 'SSL certificate problem: ' : '') + (cause.code || cause.message);
}
async function asked(kind, where, init) {
  let response;
  try {
    response = await fetch(where, init);
  } catch (error) {
    throw new Said(kind === 'look' ? "fatal: unable to access '" + shown + "': " + reasonOf(error) : 'error: RPC failed; ' + reasonOf(error));
  }
  if (!response.ok) await refused(response, kind);
  return response;
}
async function advertised() {
  const response = await asked('look', url + '/info/refs?service=git-receive-pack', { headers });
  if (response.redirected) url = response.url.replace(/\\/info\\/refs\\?.*$/, '');
  const bytes = Buffer.from(await response.arrayBuffer());
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
async function* bodyOf({ bytes, hasPack }) {
  yield bytes;
  if (!hasPack) return;
  do {
    const part = held;
    held = Buffer.alloc(0);
    if (part.length > 0) yield part;
  } while (await more());
}
async function connect() {
  const refs = await advertised();
  await write(Buffer.concat([Buffer.from('\\n'), refs]));
  const wanted = await commands();
  if (!wanted) return;
  const type = 'application/x-git-receive-pack';
  const response = await asked('send', url + '/git-receive-pack', {
    method: 'POST',
    headers: { ...headers, 'content-type': type + '-request', accept: type + '-result' },
    body: wanted.hasPack ? bodyOf(wanted) : wanted.bytes,
    duplex: 'half',
  });
  try {
    for await (const part of response.body) await write(part);
  } catch (error) {
    throw new Said('error: RPC failed; ' + reasonOf(error));
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
