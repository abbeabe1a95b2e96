import { expect, test } from 'vitest';
import { processIo } from './common/io.ts';
import { createProgram } from './program.ts';

const quiet = processIo({}, () => undefined);

async function helpOf(argv: readonly string[]): Promise<string> {
  const said: string[] = [];
  const io = { ...quiet, out: (line: string) => void said.push(line) };
  const program = await createProgram(io, argv);
  // commander throws after it has shown the help
  await program.parseAsync([...argv], { from: 'user' }).catch(() => undefined);
  return said.join('\n');
}

const list = await helpOf(['--help']);
const names = [...list.slice(list.indexOf('Commands:'), list.indexOf('Example:')).matchAll(/^ {2}([a-z]+) /gm)];
const inner = ['inbox list', 'inbox show', 'inbox retry'];
const all = [...names.map(([, name]) => name ?? '').filter((name) => name !== 'help'), ...inner];

test('the list has commands', () => expect(all.length).toBeGreaterThan(9 + inner.length));

test.each(all)('troupe %s has help of its own that ends with an example', async (name) => {
  const help = await helpOf([...name.split(' '), '--help']);
  expect(help).toMatch(new RegExp(`^Usage: troupe ${name} `));
  expect(help).toMatch(new RegExp(`\\nExamples?:\\n[^]*\\b${name}\\b`));
});

test('the help tells the exit codes, and an option for machines names its schema', async () => {
  expect(await helpOf(['--help'])).toContain(
    'Exit codes: 0 done · 1 failed · 2 invalid input · 3 waits for a person · 130 cancelled, or left by Ctrl-C',
  );
  expect((await helpOf(['runs', '--help'])).replaceAll(/\s+/g, ' ')).toContain('as schema/cli/runs.schema.json says');
});
