import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { harmless, runnerConsole } from './console.ts';

/** Whether the runner would find a command in a line of the log. */
function isCommand(line: string): boolean {
  return line.trimStart().startsWith('::') || line.includes('##[');
}

test.each([
  '::set-output name=a::b',
  'text\n::set-env name=PATH::/evil',
  'text\r::add-path::/evil',
  'text\r\n   ::stop-commands::x',
  ':::error::x',
  '::::error::x',
  'before ##[set-env name=A]b',
  '####[error]x',
  '\t::debug::x',
  'line\u2028::error::x',
])('%j is text in the log, not a command', (text) => {
  expect(harmless(text).split('\n').filter(isCommand)).toEqual([]);
});

test('ordinary text stays as it is', () => {
  const text = 'std::vector<int> a;\n  # Heading\n$ npm test → 0\nC:\\temp';
  expect(harmless(text)).toBe(text);
});

test('summaries of any size fit into the 1 MiB that GitHub takes, the result first', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'troupe-summary-'));
  const file = join(dir, 'summary.md');
  writeFileSync(file, '');
  vi.stubEnv('GITHUB_STEP_SUMMARY', file);
  try {
    const console = runnerConsole((text) => text);
    const huge = `### ✅ first is done\n\n\`\`\`text\n${'ä line of output\n'.repeat(100_000)}\`\`\`\n`;
    await console.summary(huge);
    await console.summary(huge.replace('first', 'second'));
    const text = readFileSync(file, 'utf8');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect(text).toMatch(
      /^### ✅ first is done\n[\s\S]*lines left out[\s\S]*\n### ✅ second is done\n[\s\S]*lines left out/,
    );
    // at the cut the code block ends, and begins again behind it
    expect(text.match(/^```/gm)?.length).toBe(8);
  } finally {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true, force: true });
  }
});
