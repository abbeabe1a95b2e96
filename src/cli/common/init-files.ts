// The first files of a repository, as texts: a workflow, the settings, answers to rehearse with. Writes nothing.
import { repositoryFile } from '../../coordinator/index.ts';
import type { AgentHere } from '../../personas/index.ts';

/** What `troupe init` is told. */
export interface InitChoice {
  /** The id of a built-in workflow. */
  readonly template: string;
  /** The provider that the steps name; empty: the server's default. */
  readonly provider: string;
}

/** What the files are made of. */
export interface InitSources {
  /** The text of the workflow. */
  readonly template: string;
  /** The files of the folder, by which its tests are known. */
  readonly there: ReadonlySet<string>;
  /** Agents that are ready to work here, the preferred one first. */
  readonly agents: readonly Pick<AgentHere, 'name' | 'pays' | 'secrets'>[];
}

/** Path → text. */
export function initFiles(choice: InitChoice, { template, there, agents }: InitSources): ReadonlyMap<string, string> {
  return new Map([
    [workflowFile(choice), withProvider(template, choice.provider)],
    ['.github/troupe.yml', settingsFor(there)],
    [repositoryFile.rehearsalPath, rehearsal],
    ...(agents.length === 0 ? [] : [['.github/troupe.config.yml', serverFileFor(agents)] as const]),
  ]);
}

/** Where the workflow goes. */
export function workflowFile({ template }: InitChoice): string {
  return `.github/troupe/workflows/${template}.yml`;
}

/** Names the provider for all steps, in the file's own formatting. */
function withProvider(template: string, provider: string): string {
  return provider === ''
    ? template
    : template.replace(/^steps:/m, `defaults: { provider: ${JSON.stringify(provider)} }\nsteps:`);
}

function settingsFor(there: ReadonlySet<string>): string {
  const found = Object.entries(testCommands).find(([file]) => there.has(file))?.[1];
  return [
    '# How Troupe proves a change: it runs this itself, in a fresh worktree of the judged commit.',
    ...(found === undefined
      ? ['# No tests were found here. Until you name them, only conflict marks and stray blanks are looked for.']
      : []),
    'verify:',
    `  - ${found ?? '[git, diff-tree, --check, HEAD]'}`,
    '',
  ].join('\n');
}

/** The server file of jobs, and of `--config`. It names what each agent pays with, never the thing itself. */
function serverFileFor(agents: InitSources['agents']): string {
  return [
    '# The agents that were found ready where `troupe init` ran. Keys are set where Troupe is started (in a job: secrets), never here.',
    `default_provider: ${agents[0]?.name ?? ''}`,
    'providers:',
    ...agents.map((agent) => `  ${agent.name}: { preset: ${agent.name} } # ${paysWith(agent)}`),
    '',
  ].join('\n');
}

function paysWith({ pays = '', secrets }: InitSources['agents'][number]): string {
  return secrets.length === 0 ? pays : 'a log-in, which jobs do not have: they need a key';
}

const testCommands: Readonly<Record<string, string>> = {
  'package.json': '[npm, test]',
  'Cargo.toml': '[cargo, test]',
  'go.mod': '[go, test, ./...]',
  'pyproject.toml': '[python, -m, pytest]',
  'pom.xml': '[mvn, -q, test]',
  Makefile: '[make, test]',
};

const rehearsal = `# Answers to rehearse with: \`troupe run … --answers ${repositoryFile.rehearsalPath}\`. By step id, by persona id, or * for the rest.
implementation-planner:
  { status: pass, summary: "The plan", outputs: { plan: ["Write it down"], acceptance: ["It is written down"] } }
lead-engineer:
  { status: pass, summary: "Written down", edits: { TROUPE.md: "Troupe was here.\\n" } }
hotfix-specialist:
  { status: pass, summary: "Written down", edits: { TROUPE.md: "Troupe was here.\\n" } }
documentation-writer:
  { status: pass, summary: "Nothing to document", noop: "the change explains itself" }
"*":
  { status: pass, summary: "Fine", outputs: { risk: low } }
`;
