// What the command line says of errors that nobody expected, of the operating system's, and of words that it does not know.

export const mishapMessages = {
  internalError: (command: string, said: string): string =>
    `Troupe made a mistake of its own in \`troupe${command === '' ? '' : ` ${command}`}\`: ${said}`,
  internalErrorHint: (report: string | undefined): string =>
    report === undefined
      ? 'No report could be written here. Run it again; if it happens again, tell us the line above.'
      : `The details are in ${report} (no secrets: look before you send it). Run it again; if it happens again, send us that file.`,
  noCommand: (command: string): string => `\`troupe${command === '' ? '' : ` ${command}`}\` needs a command`,
  helpHint: (command: string): string => `See \`troupe${command === '' ? '' : ` ${command}`} --help\`.`,
};

const whys: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the disk answered with an error',
  ENOENT: 'it is not there',
  ENOTDIR: 'something on the way there is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'something else is there',
  ELOOP: 'links lead in a circle there',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
};

const verbs: Readonly<Record<string, string>> = {
  open: 'open',
  read: 'read',
  write: 'write to',
  mkdir: 'make the folder',
  scandir: 'list the folder',
  uv_cwd: 'work in the current folder',
};

export const systemMessages = {
  why: (code: string): string | undefined => whys[code],
  refused: (syscall: string, where: string | undefined, why: string): string => {
    const program = /^spawn (.+)$/.exec(syscall)?.[1];
    if (program !== undefined) return `Cannot start ${program}: ${why}`;
    if (where === undefined && syscall === 'write') return `Cannot write: ${why}`;
    return `Cannot ${[verbs[syscall] ?? 'use', where].filter(Boolean).join(' ')}: ${why}`;
  },
  noTemporary: (folder: string, why: string): string => `Cannot write to the temporary folder ${folder}: ${why}`,
  temporaryHint: 'Set TMPDIR to a folder that this user may write to.',
  hint(code: string, syscall: string): string {
    if (syscall === 'uv_cwd') return 'The folder was removed or moved: `cd` into one that is there.';
    if (syscall.startsWith('spawn')) return 'Install it, and see that it is on the PATH.';
    if (['ENOSPC', 'EDQUOT', 'EIO'].includes(code)) return 'Make room on that disk, then run it again.';
    if (['EMFILE', 'ENFILE'].includes(code)) return 'Raise the limit (`ulimit -n`), then run it again.';
    if (['EACCES', 'EPERM', 'EROFS'].includes(code))
      return 'Let this user read and write there, or name another place.';
    return 'Correct what is there, or name another place.';
  },
};
