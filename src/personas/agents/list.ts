// The agents that Troupe knows by name, as they were found to behave. Data only: the one place where their names stand.
import type { Agent } from './agent.ts';

function words(line: string): readonly string[] {
  return line.split(' ');
}

const claudeCode: Agent = {
  name: 'claude-code',
  command: words('claude-agent-acp'),
  program: 'claude',
  alone: {
    // without settings and servers of the repository: their hooks would run before anybody is asked
    command: [
      ...words('claude -p --output-format json --strict-mcp-config --permission-mode acceptEdits --setting-sources'),
      '',
    ],
    tools: {
      read: ['Read'],
      search: ['Grep', 'Glob'],
      edit: ['Edit', 'Write'],
      execute: ['Bash'],
      web: ['WebFetch', 'WebSearch'],
    },
    offers: '--tools',
    allows: '--allowedTools',
    free: ['read', 'search', 'edit'],
    model: '--model',
  },
  variables: [
    'ANTHROPIC_API_KEY',
    'CLAUDE_CODE_OAUTH_TOKEN',
    'ANTHROPIC_AUTH_TOKEN',
    'ANTHROPIC_BASE_URL',
    'CLAUDE_CODE_EXECUTABLE',
  ],
  keys: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'],
  logIn: {
    folder: '.claude',
    variable: 'CLAUDE_CONFIG_DIR',
    file: '.credentials.json',
    holds: ['claudeAiOauth.accessToken'],
    until: 'claudeAiOauth.expiresAt',
    without: ['claudeAiOauth.refreshToken'],
    as: 'CLAUDE_CODE_OAUTH_TOKEN',
    renew: 'start `claude` once, or let `claude setup-token` print a token for CLAUDE_CODE_OAUTH_TOKEN',
  },
  settings: {
    CLAUDE_AGENT_ACP_PROTOCOL: 'v1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    // deferred tools are found by a search that small models never start: `submit_result` has to be in sight
    ENABLE_TOOL_SEARCH: 'false',
    // left to itself it tries for minutes, a refused key too: when to try again is for the run to say
    CLAUDE_CODE_MAX_RETRIES: '2',
  },
  home: {},
  // otherwise `.claude/settings.json` starts hooks and `.mcp.json` servers of the repository before anybody is asked
  session: { claudeCode: { options: { settingSources: [], strictMcpConfig: true } } },
  model: { variable: 'ANTHROPIC_MODEL' },
  version: ['--version'],
  install: 'npm install -g @agentclientprotocol/claude-agent-acp@0.101.0',
};

const codex: Agent = {
  name: 'codex',
  command: words('codex-acp'),
  program: 'codex',
  variables: ['OPENAI_API_KEY', 'CODEX_API_KEY', 'OPENAI_BASE_URL'],
  keys: ['OPENAI_API_KEY', 'CODEX_API_KEY'],
  logIn: {
    folder: '.codex',
    variable: 'CODEX_HOME',
    file: 'auth.json',
    holds: ['tokens.access_token', 'OPENAI_API_KEY'],
    until: 'tokens.access_token',
    without: ['tokens.refresh_token'],
    renew: 'start `codex` once, or `codex login`',
  },
  settings: {
    NO_BROWSER: '1',
    // where its own folder lies under the temporary one it makes no sandbox for its commands, and each of them fails
    TMPDIR: '~/tmp',
  },
  // it asks for a log-in otherwise, with its key before its eyes
  withKey: { DEFAULT_AUTH_REQUEST: '{"methodId":"api-key"}' },
  address: { variable: 'OPENAI_BASE_URL', as: 'CODEX_CONFIG', json: '{"openai_base_url":"*"}' },
  home: { 'tmp/': {} },
  mode: { variable: 'INITIAL_AGENT_MODE', reads: 'read-only', writes: 'workspace-write' },
  version: ['--version'],
  install: 'npm install -g @agentclientprotocol/codex-acp@2.6.0',
};

// ten attempts take longer than most steps may
const geminiSettings = {
  general: { disableAutoUpdate: true, maxAttempts: 2, retryFetchErrors: false },
  privacy: { usageStatisticsEnabled: false },
};

const gemini: Agent = {
  name: 'gemini',
  command: words('gemini --acp --skip-trust'),
  variables: ['GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL'],
  keys: ['GEMINI_API_KEY'],
  logIn: {
    folder: '.gemini',
    variable: '',
    file: 'oauth_creds.json',
    holds: ['access_token'],
    until: 'expiry_date',
    without: ['refresh_token'],
    home: { '.gemini/settings.json': { ...geminiSettings, security: { auth: { selectedType: 'oauth-personal' } } } },
    renew: 'start `gemini` once: it holds for an hour',
  },
  settings: {},
  // without a type it picks one by the base URL that its own check then refuses
  home: {
    '.gemini/settings.json': { ...geminiSettings, security: { auth: { selectedType: 'gemini-api-key' } } },
  },
  model: { words: ['-m', '*'] },
  version: ['--version'],
  install: 'npm install -g @google/gemini-cli@0.61.0',
};

const copilot: Agent = {
  name: 'copilot',
  command: words('copilot --acp'),
  variables: [
    'COPILOT_GITHUB_TOKEN',
    'COPILOT_PROVIDER_API_KEY',
    'COPILOT_PROVIDER_BASE_URL',
    'COPILOT_PROVIDER_TYPE',
    'COPILOT_MODEL',
    'COPILOT_OFFLINE',
  ],
  // the first one: a fine-grained token that may do nothing but "Copilot Requests"
  keys: ['COPILOT_GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
  logIn: {
    folder: '.copilot',
    variable: 'COPILOT_HOME',
    file: 'config.json',
    holds: ['logged_in_users.*.login', 'copilot_tokens.*', 'last_logged_in_user.login'],
    without: [],
    kept: 'github',
    renew: 'make a fine-grained token that has the account permission "Copilot Requests" and nothing else',
  },
  settings: { COPILOT_AUTO_UPDATE: 'false' },
  home: {},
  model: { variable: 'COPILOT_MODEL' },
  toolsFlag: '--additional-mcp-config',
  asksNobody: true,
  version: ['--version'],
  install: 'npm install -g @github/copilot@1.0.102',
};

const grok: Agent = {
  name: 'grok',
  command: words('grok agent stdio'),
  variables: ['XAI_API_KEY'],
  keys: ['XAI_API_KEY'],
  logIn: {
    folder: '.grok',
    variable: 'GROK_HOME',
    file: 'auth.json',
    holds: ['*.key'],
    without: [],
    kept: 'renews',
    renew: 'make a key at console.x.ai',
  },
  settings: { GROK_DISABLE_AUTOUPDATER: '1', GROK_TELEMETRY_ENABLED: 'false', GROK_MAX_RETRIES: '1' },
  home: {},
  version: ['--version'],
  install: 'npm install -g @xai-official/grok@1.0.41',
};

const opencode: Agent = {
  name: 'opencode',
  command: words('opencode acp'),
  variables: ['OPENCODE_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
  keys: ['OPENCODE_API_KEY', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
  logIn: {
    folder: '.local/share',
    variable: 'XDG_DATA_HOME',
    file: 'opencode/auth.json',
    holds: ['*.key', '*.access'],
    without: ['*.refresh', 'github-copilot', 'github-copilot-enterprise'],
    renew: '`opencode auth login`',
  },
  settings: {
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    // left to itself it allows everything and asks nothing
    OPENCODE_PERMISSION: '{"edit":"ask","bash":"ask","webfetch":"ask","external_directory":"ask"}',
  },
  home: {},
  countsLastOnly: true,
  version: ['--version'],
  install: 'npm install -g opencode-ai@1.18.33',
};

const qwenCode: Agent = {
  name: 'qwen-code',
  command: words('qwen --acp --approval-mode default'),
  variables: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'],
  keys: ['OPENAI_API_KEY'],
  settings: {},
  home: {
    '.qwen/settings.json': {
      security: { auth: { selectedType: 'openai' } },
      general: { disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
      // as with claude: a tool that has to be searched for is never found
      tools: { toolSearch: { enabled: false } },
      model: { generationConfig: { maxRetries: 1 } },
      // requests to the model that nobody asked for
      memory: { enableManagedAutoMemory: false },
      ui: { enableFollowupSuggestions: false },
    },
  },
  model: { variable: 'OPENAI_MODEL' },
  version: ['--version'],
  install: 'npm install -g @qwen-code/qwen-code@0.24.4',
};

/** In the order in which they are told to people. */
export const agents: readonly Agent[] = [claudeCode, codex, gemini, copilot, grok, opencode, qwenCode];

/** A command that nobody knows anything of. */
const anyAgent: Agent = {
  name: '',
  command: [],
  variables: [],
  keys: [],
  settings: {},
  home: {},
  version: ['--version'],
  install: '',
};

/** What is known of the agent of a preset, or of no preset. */
export function agentOf(preset: string | undefined): Agent {
  return agents.find(({ name }) => name === preset) ?? anyAgent;
}
