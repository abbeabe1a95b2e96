// A process that is given its whole input and read to its end. Keeps the beginning and the end of what it said.
import type { SandboxProcess, SandboxResult, SandboxRun } from '../model/types.ts';

const defaultOutputBytes = 1024 * 1024;
/** So much is dropped at most on either side of what is left out. */
const mostOfSeam = 16 * 1024;

/** Runs an open process to its end. */
export async function runToEnd(
  process: SandboxProcess,
  run: Pick<SandboxRun, 'stdin' | 'maxOutputBytes' | 'onOutput' | 'onStdout'>,
): Promise<SandboxResult> {
  const stdout = collect(run.maxOutputBytes ?? defaultOutputBytes, (chunk) => {
    run.onStdout?.(chunk);
    run.onOutput?.(chunk);
  });
  const stderr = collect(run.maxOutputBytes ?? defaultOutputBytes, run.onOutput);
  const read = [
    new Promise<void>((resolve) => process.stdout.on('data', stdout.take).once('close', resolve)),
    new Promise<void>((resolve) => process.stderr.on('data', stderr.take).once('close', resolve)),
  ];
  process.stdin.end(run.stdin ?? '');
  const { overran: _overran, ...exit } = await process.exit;
  await Promise.all(read);
  return { ...exit, stdout: stdout.text(), stderr: stderr.text() };
}

/** Keeps the beginning and, of what is longer, the end: that is where an agent says what came of it. */
function collect(limit: number, listener: ((chunk: string) => void) | undefined) {
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headLeft = Math.floor(limit / 4);
  let tailBytes = 0;
  let bytes = 0;
  function shorten(): void {
    const room = limit - Math.floor(limit / 4);
    if (tailBytes <= room) return;
    tail = [Buffer.concat(tail).subarray(-room)];
    tailBytes = tail[0]?.length ?? 0;
  }
  return {
    take(chunk: Buffer): void {
      bytes += chunk.length;
      const first = chunk.subarray(0, headLeft);
      const rest = chunk.subarray(first.length);
      headLeft -= first.length;
      if (first.length > 0) head.push(first);
      if (rest.length > 0) tail.push(rest);
      tailBytes += rest.length;
      // not at every chunk: each time copies all of it
      if (tailBytes > 2 * limit) shorten();
      listener?.(chunk.toString('utf8'));
    },
    text(): string {
      shorten();
      const [start, end] = [Buffer.concat(head), Buffer.concat(tail)];
      const dropped = bytes - start.length - end.length;
      if (dropped === 0) return Buffer.concat([start, end]).toString('utf8');
      const left = wholeLinesOf(start.toString('utf8'));
      return `${left}\n… ${dropped} bytes left out …\n${endOfLines(end.toString('utf8'))}`;
    },
  };
}

/** What is cut within a line, or within lines of base64, may be the half of a key: it goes as a whole. Nobody can redact a half. */
function wholeLinesOf(text: string): string {
  let end = text.lastIndexOf('\n');
  if (end < text.length - mostOfSeam) return text;
  for (;;) {
    const before = text.lastIndexOf('\n', end - 1);
    if (before < text.length - mostOfSeam || !isOfBlock(text.slice(before + 1, end))) return text.slice(0, end);
    end = before;
  }
}

function endOfLines(text: string): string {
  let begin = text.indexOf('\n') + 1;
  if (begin === 0 || begin > mostOfSeam) return text;
  for (;;) {
    const next = text.indexOf('\n', begin) + 1;
    if (next === 0 || next > mostOfSeam || !isOfBlock(text.slice(begin, next - 1))) return text.slice(begin);
    begin = next;
  }
}

function isOfBlock(line: string): boolean {
  return /^[A-Za-z0-9+/=_-]{16,200}$/.test(line.trim());
}
