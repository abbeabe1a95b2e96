// Output of git by lines.

/** The lines that are not empty. */
export function lines(buffer: Buffer): string[] {
  return buffer
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
