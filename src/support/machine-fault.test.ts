import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { createManualClock } from '../../test/support/manual-clock.ts';
import { TroupeError } from './errors.ts';
import { faultInText, machineError, machineFault, throughFaults } from './machine-fault.ts';

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(code), { code, syscall: 'write', ...more });
}

test.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE'])(
  '%s is of the machine',
  (code) => {
    expect(machineFault(systemError(code))?.code).toBe(code);
    expect(machineFault(new Error('what we did', { cause: systemError(code) }))?.code).toBe(code);
  },
);

test.each(['EDQUOT', 'ESTALE'] as const)('%s is, where Node knows no name for it', (code) => {
  const errno = -constants.errno[code];
  const said = systemError(`Unknown system error ${errno}`, { errno, syscall: 'open', path: '/data/git' });
  expect(machineFault(said)?.code).toBe(code);
});

test('a file that is gone is; a program that is not installed, a connection and a mistake are not', () => {
  expect(machineFault(systemError('ENOENT', { syscall: 'open', path: '/data/git' }))?.code).toBe('ENOENT');
  expect(machineFault(systemError('ENOENT', { syscall: 'spawn claude', path: 'claude' }))).toBeUndefined();
  expect(machineFault(systemError('ENOTCONN', { syscall: 'shutdown' }))).toBeUndefined();
  expect(machineFault(systemError('ECONNREFUSED', { syscall: 'connect' }))).toBeUndefined();
  expect(machineFault(new TypeError('x is not a function'))).toBeUndefined();
});

test.each([
  [13, 'ENOSPC'],
  [10, 'EIO'],
  // IOERR_FSYNC, READONLY_DBMOVED and BUSY_SNAPSHOT
  [1034, 'EIO'],
  [1032, 'EROFS'],
  [517, 'EBUSY'],
  [2067, undefined],
  [11, undefined],
])('code %i of SQLite is %s', (errcode, code) => {
  expect(machineFault(Object.assign(new Error('said'), { code: 'ERR_SQLITE_ERROR', errcode }))?.code).toBe(code);
});

test.each([
  ['fatal: write error: No space left on device', 'ENOSPC'],
  ['error: unable to create file a: Disk quota exceeded', 'EDQUOT'],
  ['fatal: Unable to create x.lock: Read-only file system', 'EROFS'],
  ['error: open("a"): Too many open files', 'EMFILE'],
  ['fatal: cannot fork() for index-pack: Resource temporarily unavailable', 'EAGAIN'],
  ["fatal: not a git repository: '/data/git/mirrors/1.git'", 'ENOENT'],
  ["fatal: not a git repository: '/elsewhere'", undefined],
  ['Error: spawn git EMFILE', 'EMFILE'],
  ['CONFLICT (content): Merge conflict in a', undefined],
])('%s', (said, code) => {
  expect(faultInText(said, '/data/git')?.code).toBe(code);
});

test('an error of ours says what to do, and is known again', () => {
  const error = machineError('commit', { code: 'ENOSPC', why: 'the disk is full' });
  expect([error.message, error.hint, machineFault(error)?.code]).toEqual([
    'Cannot commit: the disk is full',
    'Make room on the disk: work that waits goes on by itself.',
    'ENOSPC',
  ]);
});

test('work waits for the end of a fault, and tells of it; any other failure comes out at once', async () => {
  const clock = createManualClock();
  const told: (string | undefined)[] = [];
  let tries = 0;
  const done = throughFaults(
    () => {
      tries += 1;
      if (tries < 4) throw systemError('ENOSPC');
      return 'written';
    },
    { clock, told: (fault) => told.push(fault?.code) },
  );
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_000);
  }
  expect(await done).toBe('written');
  expect(told).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC', undefined]);
  const refusal = new TroupeError('git/refused', 'no');
  await expect(throughFaults(() => Promise.reject(refusal), { clock })).rejects.toBe(refusal);
});

test('who ends gives up what waits', async () => {
  const ending = new AbortController();
  const waits = throughFaults(() => Promise.reject(systemError('EIO')), {
    clock: createManualClock(),
    signal: ending.signal,
  });
  ending.abort();
  await expect(waits).rejects.toMatchObject({ code: 'EIO' });
});
