// A repository in memory: the coordinator decides from a handful of answers, and its tests try hundreds of events and people in a second, which no server does.
// Never used outside tests; held to the client of GitHub by test/suites/repository-api-conformance.ts.
import { createHash } from 'node:crypto';
import type { CommentInfo, Permission, RepositoryApi } from '../../github/index.ts';
import type { Sha } from '../../support/index.ts';

/** What a test sees and changes. */
export interface FakeRepository {
  readonly api: RepositoryApi;
  readonly files: Map<string, string>;
  readonly permissions: Map<string, Permission>;
  readonly labelsOf: Map<number, Set<string>>;
  readonly comments: (CommentInfo & { readonly issue: number })[];
  readonly reactions: string[];
  readonly labels: Map<string, string>;
  readonly pulls: Map<number, { headRepositoryId: number | null; merged: boolean }>;
  /** Every write, in order. */
  readonly writes: string[];
  /** Every request, in order. */
  readonly requests: string[];
  /** Heads of branches that a test moves; the others follow the files. */
  readonly heads: Map<string, string>;
  /** Numbers that GitHub does not show yet. */
  readonly hidden: Set<number>;
  archived: boolean;
  /** Called before each write; a throw is GitHub's failure. */
  onWrite(what: string): void;
}

/** A repository with nothing in it. */
export function fakeRepository(owner: string, name: string, botLogin: string): FakeRepository {
  const repository: FakeRepository = {
    files: new Map(),
    permissions: new Map(),
    labelsOf: new Map(),
    comments: [],
    reactions: [],
    labels: new Map(),
    pulls: new Map(),
    writes: [],
    requests: [],
    heads: new Map(),
    hidden: new Set(),
    archived: false,
    onWrite() {},
    // only what the coordinator uses is there: anything else it called would fail the test
    get api(): RepositoryApi {
      return used as unknown as RepositoryApi;
    },
  };
  const used: Partial<RepositoryApi> = {
    owner,
    name,
    ...readsOf(repository, owner, name),
    ...shownOf(repository, `https://github.example/${owner}/${name}`),
    ...writesOf(repository, botLogin),
  };
  return repository;
}

/** Settings, permissions, files and comments. */
function readsOf(repository: FakeRepository, owner: string, name: string): Partial<RepositoryApi> {
  return {
    async info() {
      repository.requests.push('info');
      return {
        id: 100,
        owner,
        name,
        defaultBranch: 'main',
        cloneUrl: `https://github.example/${owner}/${name}.git`,
        private: false,
        archived: repository.archived,
      };
    },
    async permission(login) {
      repository.requests.push(`permission ${login}`);
      return repository.permissions.get(login) ?? 'none';
    },
    async branchSha(branch) {
      repository.requests.push('branch');
      const head = repository.heads.get(branch);
      if (head !== undefined) return head as Sha; // tests give 40 hex digits
      if (branch !== 'main') return undefined;
      return createHash('sha1')
        .update(JSON.stringify([...repository.files]))
        .digest('hex') as Sha; // 40 hex digits
    },
    findCheckRuns: async () => [],
    pullRequestsByHead: async () => [],
    async listFiles(under) {
      repository.requests.push(`list ${under}`);
      return [...repository.files]
        .filter(([path]) => path.startsWith(`${under}/`))
        .map(([path, text]) => ({ path, sha: blob(text) }));
    },
    async readFile(path) {
      repository.requests.push(`read ${path}`);
      const text = repository.files.get(path);
      return text === undefined ? undefined : { text, sha: blob(text) };
    },
    async findComment(issue, marker) {
      return repository.comments.find((comment) => comment.issue === issue && comment.body.includes(marker));
    },
  };
}

/** Issues and pull requests. */
function shownOf(repository: FakeRepository, page: string): Partial<RepositoryApi> {
  return {
    async issue(number) {
      repository.requests.push(`issue ${number}`);
      if (repository.hidden.has(number)) return undefined;
      return {
        number,
        nodeId: `I_${number}`,
        title: '',
        body: '',
        labels: [...(repository.labelsOf.get(number) ?? [])],
        state: 'open',
        author: 'alice',
        url: '',
        isPullRequest: false,
        updatedAt: '',
      };
    },
    async pullRequest(number) {
      const pull = repository.pulls.get(number);
      return pull === undefined
        ? undefined
        : {
            number,
            nodeId: `P_${number}`,
            url: `${page}/pull/${number}`,
            title: '',
            body: '',
            state: 'open',
            merged: pull.merged,
            draft: false,
            headRef: 'work',
            headSha: 'a'.repeat(40) as Sha, // 40 hex digits
            headRepositoryId: pull.headRepositoryId,
            baseRef: 'main',
            author: 'alice',
            ours: false,
          };
    },
  };
}

function writesOf(repository: FakeRepository, botLogin: string): Partial<RepositoryApi> {
  function write(what: string): void {
    repository.onWrite(what);
    repository.writes.push(what);
  }
  return {
    async createComment(issue, body) {
      write(`comment #${issue}`);
      const id = 9_000 + repository.comments.length;
      const comment = { id, nodeId: `C_${id}`, body, author: botLogin, url: '', issue };
      repository.comments.push(comment);
      return comment;
    },
    async updateComment(id, body) {
      write(`edit comment ${id}`);
      const at = repository.comments.findIndex((comment) => comment.id === id);
      const old = repository.comments[at];
      if (old !== undefined) repository.comments[at] = { ...old, body };
    },
    async react(to, content) {
      repository.reactions.push(content);
      write(`react ${content}${'comment' in to ? ` ${to.comment}` : ''}`);
    },
    async removeLabel(issue, label) {
      write(`unlabel #${issue} ${label}`);
      repository.labelsOf.get(issue)?.delete(label);
    },
    async ensureLabel({ name: label, description }) {
      write(`label ${label}`);
      repository.labels.set(label, description);
    },
  };
}

function blob(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
