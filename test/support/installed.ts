// A machine of a stranger with the package on it: plain Node 24, a home that was empty, `npm i -g`, and nothing of this checkout on the PATH.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { CliEnd } from './cli.ts';
import { registryEnvironment } from './first-steps.ts';
import { packTroupe } from './packed.ts';
import type { Packed } from './packed.ts';

const checkout = resolve(import.meta.dirname, '../..');
/** Nobody: who installs and runs it where the tests are root. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** How to start something there. */
export interface Stranger {
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
}

/** The machine. */
export interface Installed {
  readonly packed: Packed;
  readonly stranger: Stranger;
  /** The package in its place. */
  readonly folder: string;
  /** What npm said when it installed it. */
  readonly said: string;
  /** Makes a folder that belongs to the stranger. */
  makeFolder(name: string): string;
  /** Runs a program there to its end, in a folder of the machine. */
  run(command: readonly string[], cwd: string): Promise<CliEnd>;
  remove(): void;
}

/** Packs this checkout and installs it. Needs the package registry. */
export async function installTroupe(): Promise<Installed> {
  const packed = packTroupe();
  const dir = mkdtempSync(join(tmpdir(), 'troupe-installed-'));
  chmodSync(dir, 0o755);
  chmodSync(resolve(packed.tarball, '..'), 0o755);
  function makeFolder(name: string): string {
    const folder = join(dir, name);
    mkdirSync(folder);
    if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
    return folder;
  }
  const [home, prefix, node] = [makeFolder('home'), makeFolder('prefix'), makeFolder('node')];
  putNode(join(node, 'node'));
  const usual = (process.env['PATH'] ?? '').split(delimiter).filter((one) => !/node_modules|node-gyp/.test(one));
  const stranger = {
    ...nobody,
    env: {
      PATH: [join(prefix, 'bin'), node, ...usual.filter((one) => !one.startsWith(checkout))].join(delimiter),
      HOME: home,
      LANG: 'C.UTF-8',
      // how to reach the registry, and no other setting of whoever runs the tests: no cache, no prefix
      ...Object.fromEntries(
        Object.entries(registryEnvironment()).filter(
          ([name]) => !/^npm_config_(?!.*proxy|cafile|strict_ssl)/i.test(name),
        ),
      ),
      npm_config_registry: execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim(),
    },
  };
  const run = (command: readonly string[], cwd: string): Promise<CliEnd> => runThere(command, cwd, stranger);
  const installed = await run(['npm', 'i', '-g', packed.tarball, '--prefix', prefix], home);
  if (installed.code !== 0) throw new Error(`npm did not install it:\n${installed.stdout}${installed.stderr}`);
  return {
    packed,
    stranger,
    folder: join(prefix, 'lib/node_modules/troupe'),
    said: `${installed.stdout}${installed.stderr}`,
    makeFolder,
    run,
    remove() {
      rmSync(dir, { recursive: true, force: true });
      packed.remove();
    },
  };
}

/** The real program of the checkout's Node, which is of the wanted version, where everybody may run it. */
function putNode(place: string): void {
  const program = realpathSync(join(checkout, 'node_modules/node/bin/node'));
  try {
    linkSync(program, place);
  } catch {
    // another disk
    copyFileSync(program, place);
  }
}

function runThere([program = '', ...args]: readonly string[], cwd: string, stranger: Stranger): Promise<CliEnd> {
  const child = spawn(program, args, { cwd, ...stranger, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  return new Promise((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => settle({ code, signal, stdout, stderr }));
  });
}
