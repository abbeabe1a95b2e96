import { expect, test } from 'vitest';
import { agentPaths, otherSpellings } from '../../test/support/agent-paths.ts';
import { agentFiles } from './agent-files.ts';
import { agentToolAt, isAgentFile } from './agent-paths.ts';
import { rawOf } from './names.ts';
import { defaultPathPolicy, refusedByName } from './path-policy.ts';

const policy = defaultPathPolicy();
const isRefused = (path: string): boolean => refusedByName(rawOf(path), policy, { isNew: false }) === 'protected';

test('the table names each tool and each path once', () => {
  const tools = agentFiles.map(({ tool }) => tool);
  expect(new Set(tools).size).toBe(tools.length);
  const paths = agentFiles.flatMap((row) => row.paths.map((path) => path.toLowerCase()));
  expect(paths.filter((path, index) => paths.indexOf(path) !== index)).toEqual([]);
});

test('what a row names is protected and hidden at any depth, in any spelling', () => {
  const tried = agentPaths().flatMap(({ path, isCommon }) =>
    [path, ...otherSpellings(path)].map((one) => ({ one, isCommon })),
  );
  expect(tried.length).toBeGreaterThan(4_000);
  expect(tried.filter(({ one }) => !isAgentFile(one))).toEqual([]);
  expect(tried.filter(({ one, isCommon }) => !isCommon && !isRefused(one))).toEqual([]);
});

test.for([
  ['opencode.json', 'opencode'],
  ['.opencode/agent/x.md', 'opencode'],
  ['.github/instructions/a.instructions.md', 'Copilot'],
  ['.github/prompts/a.prompt.md', 'Copilot'],
  ['.github/chatmodes/a.chatmode.md', 'Copilot'],
  ['packages/a/.github/copilot-instructions.md', 'Copilot'],
  ['.github/agents/a.md', 'Copilot agents'],
  ['AGENTS.override.md', 'many agents'],
  ['AGENT.md', 'many agents'],
  ['agents.MD', 'many agents'],
  ['GEMINI.md', 'Gemini CLI, Gemini Code Assist'],
  ['.gemini/styleguide.md', 'Gemini CLI, Gemini Code Assist'],
  ['CLAUDE.local.md', 'Claude Code'],
  ['sub/.claude/settings.json', 'Claude Code'],
  ['.CLAUDE/x', 'Claude Code'],
  ['claude~1/settings.json', 'Claude Code'],
  ['MCP~1.JSO', 'Model Context Protocol'],
  ['CURSOR~2', 'Cursor'],
  ['.mcp.json', 'Model Context Protocol'],
  ['.cursor/rules/a.mdc', 'Cursor'],
  ['.cursorrules', 'Cursor'],
  ['.windsurfrules', 'Windsurf'],
  ['.clinerules/01.md', 'Cline'],
  ['.roorules-code', 'Roo Code'],
  ['.kilocodemodes', 'Kilo Code'],
  ['.aider.conf.yml', 'Aider'],
  ['CONVENTIONS.md', 'Aider'],
  ['.goosehints', 'Goose'],
  ['.idea/mcp.json', 'JetBrains IDEs, AI Assistant, Junie'],
  ['.vscode/tasks.json', 'Visual Studio Code'],
  ['shop.code-workspace', 'Visual Studio Code'],
  ['.devcontainer/devcontainer.json', 'development containers'],
  ['.devcontainer.json', 'development containers'],
  ['.github/workflows/copilot-setup-steps.yml', 'Copilot CLI'],
  ['skills/pdf/SKILL.md', 'Agent Skills'],
  ['.agents/skills/pdf/run.sh', 'many agents'],
  ['WARP.md', 'Warp'],
  ['.rules', 'Zed'],
  ['replit.md', 'Replit'],
  ['.pr_agent.toml', 'Qodo'],
  // a file in the place of the folder takes all of it away
  ['.github', 'Copilot'],
  ['packages/.GITHUB', 'Copilot'],
] as const)('%s is a file of %s', ([path, tool]) => {
  expect(agentToolAt(path)).toBe(tool);
  expect(isRefused(path)).toBe(true);
});

test("other files are nobody's", () => {
  const others = [
    'README.md',
    'src/agents.ts',
    'src/agents/claude.ts',
    'docs/claude-code.md',
    'docs/skills/README.md',
    'skills/index.js',
    'src/cursor.ts',
    'cursor/rules.ts',
    'lib/replit.js',
    '.github/dependabot.yml',
    '.github/ISSUE_TEMPLATE/bug.yml',
    '.env.example',
    '.eslintrc.json',
    '.gitattributes',
    '.editorconfig',
    '.root/x',
    '.pipelines/build.yml',
    'llms.txt',
    'tests/~1',
    'mcp/server.ts',
    'src/conventions.ts',
  ];
  expect(others.filter((path) => agentToolAt(path) !== undefined || isAgentFile(path))).toEqual([]);
  // everybody's, and read by agents as well
  expect([agentToolAt('api/.env'), isAgentFile('api/.env')]).toEqual([undefined, true]);
  // only what lies in the folder is a file of an agent
  expect(isAgentFile('.github')).toBe(false);
});

test('fifty thousand paths are compared with the table in less than two seconds', () => {
  const paths = Array.from({ length: 50_000 }, (_, index) => `packages/p${index % 97}/src/.deep/file-${index}.test.ts`);
  const { user, system } = process.cpuUsage();
  expect(paths.filter(isAgentFile)).toEqual([]);
  const spent = process.cpuUsage({ user, system });
  expect((spent.user + spent.system) / 1_000).toBeLessThan(2_000);
});
