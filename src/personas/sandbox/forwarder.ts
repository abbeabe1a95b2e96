// What stands before a command behind the walls of tier 2: it listens where the command looks for the network, and hands bytes on to the socket.

/**
 * The program, for `node -e`: socket, port, then the command with its arguments. It knows no key and reads nothing of what passes. It has to
 * be one text: inside there is Node and nothing of Troupe, neither its files nor its bundle.
 */
export const forwarder = `
const { connect, createServer } = require('net');
const { constants } = require('os');
const [path, port, program, ...words] = process.argv.slice(1);
const server = createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ path, allowHalfOpen: true });
  const end = () => { near.destroy(); far.destroy(); };
  near.on('error', end).on('close', end).pipe(far);
  far.on('error', end).on('close', end).pipe(near);
});
server.on('error', (error) => { console.error('Cannot forward: ' + error.message); process.exit(125); });
server.listen(Number(port), '127.0.0.1', () => {
  const child = require('child_process').spawn(program, words, { stdio: 'inherit' });
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']) process.on(name, () => child.kill(name));
  child.on('error', (error) => { console.error(program + ': ' + error.message); process.exit(127); });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
});
`;
