// Persona files as people write them for many programs: what each gives is known, nothing is gained, nothing is lost without a word.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeText } from '../../support/index.ts';
import { loadPersonas, parsePersona } from '../index.ts';

const folder = join(import.meta.dirname, '../../../test/fixtures/personas');
const all = 'read search edit execute web';

/** File → its tools, and the warnings that say what was lost or cannot be kept. */
const expected: Readonly<Record<string, readonly [tools: string, ...warnings: readonly string[]]>> = {
  'claude/allowed-tools.md': ['read search execute', 'lost-tool'],
  'claude/api-reviewer.md': ['read search'],
  'claude/everything.md': [all],
  'claude/forgotten-list.md': ['', 'lost-tool'],
  'claude/git-historian.md': ['read search execute', 'lost-tool', 'lost-tool'],
  'claude/hash-in-text.md': ['read web'],
  'claude/incident-scribe.md': ['read search edit'],
  'claude/multiline-example.md': ['read search'],
  'claude/no-writes.md': ['read search execute web'],
  'claude/planner.md': ['read search', 'lost-tool', 'lost-tool'],
  'claude/quiet.md': [''],
  'claude/quoted-inside.md': ['read execute'],
  'claude/refactorer.md': ['read edit'],
  'claude/researcher.md': ['read web'],
  'claude/spaces.md': ['read search edit'],
  'claude/test-writer.md': ['read search edit execute'],
  'codex/onlooker.md': ['read', 'lost-tool'],
  'codex/patcher.md': ['read edit execute'],
  'cursor/verifier.md': ['read search web'],
  'cursor/writer.md': ['read search edit execute'],
  'factory/scout.md': ['read search'],
  'gemini/builder.md': ['read edit execute'],
  'gemini/explorer.md': ['read search'],
  'gemini/reader-of-news.md': ['web'],
  'github/beast.chatmode.md': [all],
  'github/docs.agent.md': ['read search edit'],
  'github/editor.agent.md': ['search edit'],
  'github/only-servers.agent.md': ['', 'lost-tool'],
  'github/plan.chatmode.md': ['read search web'],
  'github/release.agent.md': [all],
  'github/terminal.agent.md': ['read search execute'],
  'github/tests-only.chatmode.md': ['read search execute'],
  'github/watcher.agent.md': ['read'],
  'github/web-only.agent.md': ['web'],
  'github/with-servers.agent.md': ['read'],
  'opencode/asks-first.md': ['read search web', 'lost-tool'],
  'opencode/closed.md': ['read search'],
  'opencode/git-only.md': ['read search web', 'lost-tool'],
  'opencode/review.md': ['read search web'],
  'opencode/runner.md': ['read search execute web'],
  'opencode/with-server.md': ['read search execute web'],
  'own/bare.md': [all],
  'own/plain.md': ['read search execute'],
  'own/unknown-word.md': ['read', 'unknown-tool', 'unknown-tool'],
};

/** What an editor, another system or a careless hand does to a file, and nobody sees. */
const disguises: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with CR': (text) => text.replaceAll('\n', '\r'),
  'with a byte order mark': (text) => `\uFEFF${text}`,
  'after blank lines': (text) => `\n \n${text}`,
  'with blanks after the marks': (text) => text.replaceAll(/^---$/gm, '--- \t'),
  'behind a comment': (text) => `<!-- Copyright of somebody -->\n\n${text}`,
};

const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .toSorted();

function parse(name: string, disguise = (text: string) => text) {
  const id = basename(name)
    .replace(/\.md$/, '')
    .replace(/\.(?:agent|chatmode)$/, '');
  return parsePersona({ id, path: name, text: disguise(readFileSync(join(folder, name), 'utf8')) });
}

test('the table knows every file', () => {
  const usable = names.filter((name) => !name.startsWith('broken/'));
  expect(Object.keys(expected).toSorted()).toEqual(usable);
  expect(usable.length).toBeGreaterThanOrEqual(40);
});

test.each(Object.entries(disguises))('every file gives its tools %s', (_what, disguise) => {
  for (const [name, [tools, ...warnings]] of Object.entries(expected)) {
    const parsed = parse(name, disguise);
    expect({ name, tools: parsed.ok ? parsed.persona.tools.join(' ') : parsed.findings }).toEqual({ name, tools });
    expect({ name, warnings: parsed.findings.map(({ severity, code }) => `${severity} ${code}`) }).toEqual({
      name,
      warnings: warnings.map((code) => `warning persona/${code}`),
    });
  }
});

test.each(Object.entries(disguises))('what cannot be read is an error that names the file %s', (_what, disguise) => {
  const broken = names.filter((name) => name.startsWith('broken/'));
  expect(broken.length).toBeGreaterThanOrEqual(12);
  for (const name of broken) {
    const parsed = parse(name, disguise);
    expect({ name, ok: parsed.ok }).toEqual({ name, ok: false });
    expect(parsed.findings.filter(({ severity }) => severity === 'error')).not.toEqual([]);
    expect(parsed.findings.every(({ file, line }) => file === name && line > 0)).toBe(true);
  }
});

test('a file that cannot be read hides the built-in persona of its name', async () => {
  const text = readFileSync(join(folder, 'broken/unclosed.md'), 'utf8');
  const files = {
    list: (under: string) => Promise.resolve(under === '.claude/agents' ? [{ path: `${under}/code-reviewer.md` }] : []),
    read: () => Promise.resolve({ text }),
  };
  const loaded = await loadPersonas(files, join(import.meta.dirname, '../../../personas'));
  expect(loaded.known.has('code-reviewer')).toBe(false);
  expect(loaded.findings).toMatchObject([{ file: '.claude/agents/code-reviewer.md', code: 'persona/syntax', line: 1 }]);
});

test.each([
  ['tools: all except Bash', 'error persona/restriction'],
  ['tools: everything but Bash', 'error persona/restriction'],
  ['tools: Read, no Bash', 'error persona/restriction'],
  ['tools: [read, not, bash]', 'error persona/restriction'],
  ['tools.exclude: [Bash]', 'error persona/restriction'],
  ['toolAccess: [read]', 'error persona/restriction'],
  ['coreTools: [read_file]', 'read'],
  ['tools_allowed: [read]', 'read'],
  ['restrictedTools: [Bash]', 'read search edit web'],
  ['tool_choice: auto\nparallel_tool_calls: false', 'read search edit execute web'],
  ['tools: [read_file, replace_in_file]\ntoolsSettings: { shell: { allowedCommands: [ls] } }', 'read edit'],
  ['sandbox: read_only', 'read search web'],
  ['edit: false', 'read search execute web', 'persona/lost-tool'],
  ['bash: deny', 'read search edit web', 'persona/lost-tool'],
  ['network_access: false', 'read search edit execute', 'persona/lost-tool', 'persona/lost-tool'],
  ['bash: true\ntools: [read]', 'read'],
  ['allowedTools: [Read]\ntools: [Read, Edit]', 'read', 'persona/lost-tool'],
  ['tools: [Read, Edit]\nallowedTools: [Read]', 'read', 'persona/lost-tool'],
  ['permission: { "*": deny, read: allow, "web*": allow }', 'read', 'persona/lost-tool'],
])('what is said in another way is kept, or told: %s', (yaml, expectedTools, ...warnings) => {
  const parsed = parsePersona({ id: 'x', path: 'x.md', text: `---\ndescription: d\n${yaml}\n---\nWork.\n` });
  const [error] = parsed.findings.filter(({ severity }) => severity === 'error');
  expect(parsed.ok ? parsed.persona.tools.join(' ') : `error ${error?.code ?? ''}`).toBe(expectedTools);
  if (parsed.ok) expect(parsed.findings.map(({ code }) => code)).toEqual(warnings);
});

test('bytes that are no UTF-8 are named at their line, wherever they stand', () => {
  const text = decodeText(Buffer.from('---\ndescription: d\ntools: [read]\n---\nLook at the caf\xE9.\n', 'latin1'));
  expect(parsePersona({ id: 'x', path: 'x.md', text })).toMatchObject({
    ok: false,
    findings: [{ line: 5, message: 'The byte 0xE9 is not UTF-8 (in Latin-1 it is `é`)', hint: 'Save it as UTF-8' }],
  });
});

test('the message of a mistake in YAML names no other line than the finding', () => {
  const text = '---\ndescription: d\ntools: Read\ntools: Edit\n---\nWork.\n';
  expect(parsePersona({ id: 'x', path: 'x.md', text }).findings).toMatchObject([
    { line: 4, message: 'The key `tools` is there twice (first on line 3)' },
  ]);
});

test('a persona that may not edit is not expected to change files', () => {
  const text = '---\ndescription: d\ntools: [read]\nx-troupe:\n  expect: [changes]\n---\nWork.\n';
  expect(parsePersona({ id: 'x', path: 'x.md', text })).toMatchObject({
    ok: false,
    findings: [{ line: 5, code: 'persona/cannot-change' }],
  });
});
