// A second Troupe on the machine, for tests of users: claims as many as it is told, prints them, and holds them until its input ends.
import { claimUser } from '../../src/personas/sandbox/user-claims.ts';

const [folder = '', first = '0', count = '0'] = process.argv.slice(2);
const uids = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  const held = uids.flatMap((uid) => claimUser(uid, folder) ?? []);
  process.stdout.write(`${held.map(({ uid }) => uid).join(' ')}\n`);
});
process.stdin.once('end', () => process.exit(0));
