// What is said where first files cannot be written.

const whys: Readonly<Record<string, string>> = {
  link: 'is a link that leads out of the repository or nowhere',
  ENOTDIR: 'is a file, not a folder',
  EISDIR: 'is no file',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a file system that is read-only',
  ENOSPC: 'is on a disk that is full',
  EDQUOT: 'is on a disk whose quota is used up',
};

const hints: Readonly<Record<string, string>> = {
  EACCES: 'Run it as a user who may write there, or give this user the right.',
  EPERM: 'Run it as a user who may write there, or give this user the right.',
  EROFS: 'Run it in a working copy on a disk that can be written.',
  ENOSPC: 'Make room on that disk, then run it again.',
  EDQUOT: 'Make room on that disk, then run it again.',
};

export const newFileMessages = {
  refused: (root: string, where: string, code: string): string =>
    `Cannot write the first files into ${root}: ${where === root ? 'it' : where} ${whys[code] ?? `cannot be used (${code})`}`,
  hint: (code: string): string => `Nothing was written. ${hints[code] ?? 'Move it out of the way, then run it again.'}`,
};
