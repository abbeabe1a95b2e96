// Puts GitHub's own reason into git's report of a refused push: a hook of git's can say lines, but not why. Changes nothing else.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { rulesFolder } from './push-rules.ts';

const ofHooks = 'pre-receive hook declined';

/** The answer of `git-receive-pack` with the reason of the rule that refused the push. */
export async function withReason(repositoryDir: string, answer: Buffer): Promise<Buffer> {
  const file = join(rulesFolder(repositoryDir), 'declined');
  const reason = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  return reason === '' || !answer.includes(ofHooks) ? answer : rewritten(answer, reason);
}

/** Packets whose first byte is the band: 1 holds the report, itself in packets, 2 what `remote:` lines say. */
function rewritten(answer: Buffer, reason: string): Buffer {
  const packets = packetsOf(answer);
  const report = Buffer.concat(packets.filter(isReport).map((packet) => packet.subarray(1)));
  const lines = packetsOf(report).map((line) =>
    packet(
      Buffer.from(
        line.toString('utf8').replace(ofHooks, () => reason),
        'utf8',
      ),
    ),
  );
  const others = packets.filter((one) => !isReport(one)).map(packet);
  return Buffer.concat([...others, packet(Buffer.concat([Buffer.from([1]), ...lines, flush])), flush]);
}

const flush = Buffer.from('0000');

function isReport(packet: Buffer): boolean {
  return packet[0] === 1;
}

/** The payloads up to the end; flushes are left out. */
function packetsOf(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = Number.parseInt(bytes.subarray(at, at + 4).toString('latin1'), 16);
    if (length > 4) found.push(bytes.subarray(at + 4, at + length));
    at += Math.max(4, length);
  }
  return found;
}

function packet(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
}
