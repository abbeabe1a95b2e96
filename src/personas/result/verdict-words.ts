// One table for the words that personas use for a verdict. A word that is not in it stays unknown: never a pass.

type Status = 'pass' | 'fail' | 'unknown' | 'error';

const words: Readonly<Record<Exclude<Status, 'unknown'>, readonly string[]>> = {
  pass: [
    'pass',
    'passed',
    'passes',
    'passing',
    'ok',
    'okay',
    'yes',
    'true',
    'good',
    'green',
    'approve',
    'approved',
    'accept',
    'accepted',
    'success',
    'successful',
    'succeeded',
    'lgtm',
  ],
  fail: [
    'fail',
    'failed',
    'fails',
    'failing',
    'failure',
    'no',
    'false',
    'bad',
    'red',
    'reject',
    'rejected',
    'rejects',
    'deny',
    'denied',
    'block',
    'blocked',
    'changes_requested',
    'request_changes',
    'needs_work',
    'needs_changes',
    'not_ok',
    'unsuccessful',
    'incomplete',
  ],
  error: ['error', 'errored', 'exception', 'crashed'],
};

const table: ReadonlyMap<string, Status> = new Map(
  // the keys are the three statuses by the type above
  Object.entries(words).flatMap(([status, list]) => list.map((word) => [word, status as Status] as const)),
);

/** The status that a word stands for. Case, spaces, dashes and marks around it do not matter. */
export function statusOf(word: string): Status {
  const plain = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
    // from the first letter to the last
    .replace(/^[^a-z]+/, '')
    .replace(/^(.*[a-z])?[^a-z]*$/s, '$1');
  return table.get(plain) ?? 'unknown';
}
