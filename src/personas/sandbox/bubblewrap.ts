// The arguments of bubblewrap for tier 1: an allow-list of the system read-only, the worktree and HOME writable, nothing else.
import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';

/** What one sandboxed run may see. Paths are absolute. */
export interface View {
  readonly cwd: string;
  readonly home: string;
  readonly path: string;
  readonly writable: readonly string[];
  readonly readable: readonly string[];
  /** Never shown, whatever else is: data directory, key file, server file. */
  readonly hidden: readonly string[];
  readonly network: boolean;
  /** Nothing is written to cwd. */
  readonly readOnly: boolean;
  /** What each of its temporary disks may hold, where bubblewrap can be told. Absent: half of the machine's memory. */
  readonly diskBytes?: number;
  /** Troupe itself is root: what root may do without any capability has to be taken away, too. */
  readonly asRoot: boolean;
}

/** The user that a sandbox of root shows its programs; it has a name on most systems. */
const nobody = '65534';
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/opt', '/nix/store'] as const;
/** Of /etc only what programs need to start, to resolve names and to check certificates. */
const systemFiles = [
  'ssl',
  'ca-certificates',
  'ca-certificates.conf',
  'pki',
  'resolv.conf',
  'hosts',
  'host.conf',
  'nsswitch.conf',
  'gai.conf',
  'passwd',
  'group',
  'localtime',
  'timezone',
  'alternatives',
  'ld.so.conf',
  'ld.so.conf.d',
  'ld.so.cache',
  'mime.types',
  'protocols',
  'services',
  'terminfo',
] as const;
/** Never shown for standing on the PATH: too much else lies in them. */
const tooWide = /^\/(?:[^/]*|home\/[^/]*|Users\/[^/]*|var\/[^/]*|run\/.*|proc\/.*|sys\/.*|dev\/.*)$/;

/** bubblewrap's arguments before the command. Deeper paths lie over the ones above them. */
export function bubblewrapArguments(view: View): string[] {
  return [
    '--die-with-parent',
    '--new-session',
    '--unshare-pid',
    '--unshare-ipc',
    '--unshare-uts',
    '--unshare-cgroup-try',
    ...(view.network ? [] : ['--unshare-net']),
    // bubblewrap started by root keeps every capability where it is not told otherwise: enough to mount everything anew
    ...(view.asRoot ? ['--unshare-user', '--uid', nobody, '--gid', nobody] : []),
    '--cap-drop',
    'ALL',
    '--proc',
    '/proc',
    ...(view.asRoot ? kernelSettings() : []),
    '--dev',
    '/dev',
    ...['/dev/shm', '/tmp', '/run'].flatMap((path) => disk(path, view)),
    ...layersOf(view).flatMap(({ source, path, kind }) =>
      kind === 'hidden' ? maskOf(path, source, view) : [kind === 'writable' ? '--bind' : '--ro-bind', source, path],
    ),
    '--chdir',
    view.cwd,
    '--',
  ]; // prettier would spread this over sixty lines
}

interface Layer {
  /** Where it lies outside, without links. */
  readonly source: string;
  /** Where it is shown. */
  readonly path: string;
  readonly kind: (typeof kinds)[number];
}

/** On one path the later kind wins: what is hidden stays hidden even where somebody lists it as readable. */
const kinds = ['shown', 'readable', 'hidden', 'writable', 'locked'] as const;

function layersOf(view: View): Layer[] {
  const shown = layers('shown', [
    ...systemFolders,
    ...systemFiles.map((name) => join('/etc', name)),
    ...programFolders(view.path),
  ]);
  const readable = layers('readable', view.readable);
  const hidden = masks(view.hidden, [...shown, ...readable]);
  const writable = layers('writable', [view.home, ...view.writable, ...(view.readOnly ? [] : [view.cwd])]);
  const locked = layers('locked', view.readOnly ? [view.cwd] : []);
  return [...shown, ...readable, ...hidden, ...writable, ...locked].toSorted(
    (a, b) => depthOf(a.path) - depthOf(b.path) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind),
  );
}

function layers(kind: Layer['kind'], paths: readonly string[]): Layer[] {
  return [...new Set(paths)]
    .filter((path) => existsSync(path))
    .map((path) => ({ source: realpathSync(path), path, kind }));
}

/** Folders that programs on the PATH need besides the system's own. */
function programFolders(path: string): string[] {
  return path
    .split(':')
    .filter((folder) => isAbsolute(folder) && !systemFolders.some((system) => isInside(folder, system)))
    .flatMap((folder) => {
      if (basename(folder) === '.bin') return [dirname(folder)];
      if (basename(folder) !== 'bin') return [folder];
      return [folder, join(dirname(folder), 'lib'), join(dirname(folder), 'libexec')];
    })
    .filter((folder) => !tooWide.test(folder) && !(existsSync(folder) && tooWide.test(realpathSync(folder))));
}

/** Where hidden things would come into sight, under whatever name. */
function masks(hidden: readonly string[], visible: readonly Layer[]): Layer[] {
  return layers('hidden', hidden).flatMap(({ source }) =>
    visible
      .filter((layer) => isInside(source, layer.source))
      .map((layer) => ({ source, path: layer.path + source.slice(layer.source.length), kind: 'hidden' as const })),
  );
}

function disk(path: string, { diskBytes }: View): readonly string[] {
  return [...(diskBytes === undefined ? [] : ['--size', String(diskBytes)]), '--tmpfs', path];
}

function maskOf(path: string, source: string, view: View): readonly string[] {
  return statSync(source).isDirectory() ? disk(path, view) : ['--ro-bind', '/dev/null', path];
}

/** What the kernel lets the user root write or read for being root, in any namespace: `core_pattern` names a program that it starts outside. */
function kernelSettings(): string[] {
  const folders = ['sys', 'irq', 'bus', 'fs', 'acpi', 'scsi'].map((name) => `/proc/${name}`);
  const files = ['sysrq-trigger', 'mtrr', 'kcore', 'kmsg', 'keys', 'key-users', 'timer_list', 'sched_debug'].map(
    (name) => `/proc/${name}`,
  );
  return [
    ...folders.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]),
    ...files.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', '/dev/null', path]),
  ];
}

function depthOf(path: string): number {
  return path.split(sep).filter((part) => part !== '').length;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}
