// The first files of a repository, as texts: a workflow, the settings, answers to rehearse with. Writes nothing.
import { repositoryFile } from '../../coordinator/index.ts';

/** What `troupe init` is told. */
export interface InitChoice {
  /** The id of a built-in workflow. */
  readonly template: string;
  /** The provider that the steps name; empty: the server's default. */
  readonly provider: string;
}

/** Path → text. `there`: the files of the folder, by which its tests are known. */
export function initFiles(
  choice: InitChoice,
  template: string,
  there: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  return new Map([
    [workflowFile(choice), withProvider(template, choice.provider)],
    ['.github/troupe.yml', settingsFor(there)],
    [repositoryFile.rehearsalPath, rehearsal],
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
