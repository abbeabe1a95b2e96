// What store/ says to people.
import { isoTime } from '../../support/index.ts';
import type { OwnerInfo } from '../ports/store.ts';

/** Sentences about the data directory and what is in it. */
export const storeMessages = {
  owned(dataDir: string, owner: OwnerInfo | undefined): string {
    const who =
      owner === undefined
        ? 'another process'
        : `process ${owner.pid} on ${owner.host} (${owner.what}, since ${isoTime(owner.since)})`;
    return `Cannot drive runs in ${dataDir}: ${who} already does`;
  },
  ownedHint: 'Stop that process, or choose another data directory with TROUPE_DATA_DIR. Reading works beside it.',
  newerSchema(file: string, found: number, known: number): string {
    return `Cannot open ${file}: a newer Troupe wrote it (format ${found}, this version knows ${known})`;
  },
  newerSchemaHint: 'Update Troupe, or choose another data directory.',
  olderSchema(file: string, found: number, known: number): string {
    return `Cannot read ${file}: it has format ${found} and this version reads ${known}`;
  },
  olderSchemaHint: 'Start `troupe serve` once with this version: it updates the file.',
  missing(dataDir: string): string {
    return `Cannot read runs in ${dataDir}: there are none yet`;
  },
  missingHint: 'Start `troupe serve` or `troupe run` first, or name the data directory with TROUPE_DATA_DIR.',
  unavailable(doing: string, why: string): string {
    return `Cannot ${doing}: ${why}`;
  },
  unavailableHint: 'Check free disk space and the permissions of the data directory. What was written before is kept.',
  tooLateHint: 'Nothing: what was not written is done again at the next start.',
  closed: 'the store is closed',
  corrupt(doing: string, why: string): string {
    return `Cannot ${doing}: the database is damaged (${why})`;
  },
  corruptHint(file: string): string {
    return `Stop Troupe and move the folder aside. Then \`troupe restore <backup>\`, or save what can be read: \`sqlite3 ${file} .recover | sqlite3 new.db\`. Look at the disk: it may be failing.`;
  },
  emptied(file: string, left: string): string {
    return `Cannot open ${file}: it is gone or empty, and ${left} says that runs were kept in it`;
  },
  emptiedHint(file: string, left: string): string {
    return `Move the folder aside and \`troupe restore <backup>\`, or put ${file} back. To begin anew without what was in it, remove ${left}.`;
  },
  notEmpty(directory: string, names: readonly string[]): string {
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return `Cannot restore into ${directory}: it is not empty (${names.slice(0, 3).join(', ')}${more})`;
  },
  notEmptyHint:
    'Name a new folder with --data-dir, or stop Troupe and move what lies there aside: nothing is written over.',
  halfRestored(directory: string): string {
    return `Cannot use ${directory}: a restore did not come to its end there`;
  },
  halfRestoredHint(folder: string): string {
    return `Run \`troupe restore\` again: it begins anew. Or remove ${folder} and what lies beside it.`;
  },
  gone(directory: string, path: string): string {
    return path === directory
      ? `Cannot go on in ${directory}: the data directory was deleted, moved or replaced while it was in use`
      : `Cannot go on in ${directory}: ${path} was deleted, moved or replaced while it was in use`;
  },
  goneHint:
    'Put the data directory back where it was, or restore it from a backup, and start again. Stop Troupe before you move it.',
  lockGone(lock: string): string {
    return `Cannot go on: ${lock} was removed or replaced, so another process can drive the same runs`;
  },
  takenOver(directory: string): string {
    return `Cannot go on in ${directory}: another process has taken its runs over`;
  },
  disownedHint:
    'See that one process alone uses this directory, then start it again. Never remove owner.lock: the system frees it when its process ends.',
  readOnly: 'this store was opened for reading only',
  unknownRun(run: string): string {
    return `Cannot find run ${run}: no run has this id`;
  },
  unknownRunHint: '`troupe runs` lists the runs of this data directory.',
  damagedBlob(sha: string): string {
    return `Cannot read the stored value ${sha}: its bytes do not have this hash`;
  },
  damagedBlobHint:
    'The file was changed outside Troupe or the disk is failing. Restore the blobs folder from a backup.',
  removedValue: '[removed: the retention time of large values is over]',
  poison(claims: number): string {
    return `the run was taken up ${claims} times and never got any further`;
  },
  leaseLost(name: string): string {
    return `Cannot write under "${name}": another process took it meanwhile`;
  },
  noControl(path: string): string {
    return `Cannot reach the process that drives the runs: nothing answers on ${path}`;
  },
  noControlHint: 'Start `troupe serve`, or look with `ls` whether it uses another data directory.',
  controlClosed(verb: string): string {
    return `Cannot finish "${verb}": the process that drives the runs closed the connection without an answer`;
  },
  controlUnknownVerb(verb: string): string {
    return `Cannot do "${verb}": the running process does not know it`;
  },
  twin(of: string): string {
    return `the same event as delivery ${of}`;
  },
  takenTooOften(times: number): string {
    return `was taken ${times} times and the process ended each time`;
  },
};
