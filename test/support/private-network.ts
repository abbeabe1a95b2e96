// A network of its own for a process: it leads to one address of this machine, and there only to what is let through. Needs root and `ip`.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** The network. */
export interface PrivateNetwork {
  /** What this machine is called there. */
  readonly host: string;
  /** Words before a command that is to run inside. */
  readonly inside: readonly [string, ...string[]];
  /** Lets connections through to a port of this machine that nobody else reaches. Returns the port to connect to. */
  letThrough(port: () => number): Promise<number>;
  remove(): Promise<void>;
}

/** Whether one can be made here. */
export function canPartNetworks(): boolean {
  const name = `troupe-${randomBytes(3).toString('hex')}`;
  const works = spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status === 0;
  if (works) ip('netns', 'del', name);
  return works;
}

/** Makes one. */
export async function partNetwork(): Promise<PrivateNetwork> {
  const id = randomBytes(3);
  const name = `troupe-${id.toString('hex')}`;
  // 30 bits of a range that documents and tests use: this machine is .1, the other side .2
  const net = `198.18.${id[0] ?? 0}.${(id[1] ?? 0) & 0xfc}`;
  const [host, other] = [1, 2].map((last) => net.replace(/\d+$/, (byte) => String(Number(byte) + last)));
  const [ours, theirs] = [`tr${id.toString('hex')}a`, `tr${id.toString('hex')}b`];
  ip('netns', 'add', name);
  ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name);
  ip('addr', 'add', `${host}/30`, 'dev', ours);
  ip('link', 'set', ours, 'up');
  ip('-n', name, 'addr', 'add', `${other}/30`, 'dev', theirs);
  ip('-n', name, 'link', 'set', theirs, 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  return {
    host: host ?? '',
    inside: ['ip', 'netns', 'exec', name],
    async letThrough(port) {
      const server = createServer((from) => {
        const to = connect(port(), '127.0.0.1');
        for (const socket of [from, to]) {
          sockets.add(socket);
          socket.on('close', () => sockets.delete(socket));
          // one end went: so does the other
          socket.on('error', () => undefined);
        }
        from.on('close', () => to.destroy());
        to.on('close', () => from.destroy());
        from.pipe(to).pipe(from);
      });
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, host, resolve));
      return (server.address() as AddressInfo).port; // it listens on a port
    },
    async remove() {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) await new Promise((resolve) => void server.close(resolve));
      ip('link', 'del', ours);
      ip('netns', 'del', name);
    },
  };
}

function ip(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}
