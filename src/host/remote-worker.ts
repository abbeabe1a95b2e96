// The work of a worker on another machine: fetches the code of a request, lets a provider of this machine play the persona, sends back what changed.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGitStore, defaultPathPolicy, describeRefusals } from '../git/index.ts';
import type { GitRepository, Worktree } from '../git/index.ts';
import { errorResult, fetchSource, readRequest, rightsOf, withReadable, writeResult } from '../personas/index.ts';
import type { PersonaResult, PersonaTask, Provider, RemoteRequest, Sandbox, Ticket } from '../personas/index.ts';
import { classOf, messageOf, randomToken, TroupeError } from '../support/index.ts';
import type { Clock, Logger, Redactor } from '../support/index.ts';
import { hostMessages } from './messages.ts';
import type { HostProviders } from './providers.ts';
import { hostSandboxes, wallsIn } from './sandboxes.ts';
import type { HostSandboxes } from './sandboxes.ts';
import type { ServerFile } from './server-file.ts';

/** What a worker is made of. Paths are absolute. */
export interface RemoteWork {
  /** The provider that plays. */
  readonly provider: string;
  /** Where code and homes lie while a request is worked on; never visible to a persona under tier 1 but for its own. */
  readonly dataDir: string;
  readonly serverFile: ServerFile;
  readonly providers: HostProviders;
  readonly machine: Readonly<Record<string, string>>;
  readonly hidden: readonly string[];
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch: typeof fetch;
}

/** A patch of more bytes is not taken over by whoever asked. */
const mostPatchBytes = 10 * 1024 * 1024;
/** Where the request says nothing. */
const longestMs = 24 * 3_600_000;
const author = { name: 'troupe-worker', email: 'worker@troupe.invalid' };

/** The work: the body of a request → the text of an answer. Throws `persona/…` where nobody of that name can play here. */
export function remoteWork(options: RemoteWork): (body: string, signal: AbortSignal) => Promise<string> {
  const { serverFile, machine, hidden, dataDir, clock, log } = options;
  const sandboxes = hostSandboxes({
    machine,
    hidden: [dataDir, ...hidden],
    dataDir,
    log,
    rule: serverFile.sandbox,
    ...wallsIn(serverFile),
  });
  const within = options.providers.within({ clock, sandbox: async (wanted) => (await sandboxes.look()).of(wanted) });
  const provider = within.get(options.provider);
  if (provider === undefined || !provider.strategies.has('immediate'))
    throw new TroupeError('persona/provider', hostMessages.cannotWork(options.provider, [...within.names]), {
      class: 'config',
      hint: hostMessages.cannotWorkHint,
    });
  return async (body, signal) => {
    try {
      return await work({ ...options, sandboxes }, provider, { request: readRequest(body), signal });
    } catch (error) {
      if (signal.aborted) throw error;
      log.warn({ error: messageOf(error) }, hostMessages.workFailed);
      return writeResult(errorResult(classOf(error), messageOf(error)), options.redactor);
    }
  };
}

interface Asked {
  readonly request: RemoteRequest;
  readonly signal: AbortSignal;
}

async function work(
  options: RemoteWork & { readonly sandboxes: HostSandboxes },
  provider: Provider,
  { request, signal }: Asked,
): Promise<string> {
  const { clock, redactor } = options;
  const { task, deadline } = request;
  const problem = (await provider.check(task.persona)).find(({ severity }) => severity === 'error');
  if (problem !== undefined) return writeResult(errorResult('config', problem.message), redactor);
  const folder = join(options.dataDir, `request-${randomToken(8)}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const sandbox = (await options.sandboxes.look()).of(undefined);
    const tree = await treeOf(options, { task, folder, sandbox, signal });
    const ticket: Ticket = {
      requestId: task.requestId,
      provider: provider.name,
      strategy: 'immediate',
      deadline: deadline ?? clock.now() + longestMs,
    };
    const place = tree?.worktree.path ?? (await emptyFolder(folder));
    const given = await provider.start({ ...task, worktree: place }, ticket, {
      signal,
      clock,
      log: options.log,
      redactor,
      sandbox: tree === undefined ? sandbox : withReadable(sandbox, tree.worktree.readable ?? []),
      progress: (text) => options.log.info({ request: task.requestId }, text),
      allowance: request.allowance,
    });
    if (!('answer' in given)) return writeResult(errorResult('config', hostMessages.cannotWorkHint), redactor);
    return await handIn(given.answer, { task, tree, redactor });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The code of a request, checked out. */
interface Tree {
  readonly repository: GitRepository;
  readonly worktree: Worktree;
}

/** undefined: the request has none, so the persona judges what it is told. */
async function treeOf(
  { redactor, clock, log, fetch }: RemoteWork,
  asked: {
    readonly task: PersonaTask;
    readonly folder: string;
    readonly sandbox: Sandbox;
    readonly signal: AbortSignal;
  },
): Promise<Tree | undefined> {
  const { task, folder, sandbox, signal } = asked;
  const { source } = task;
  if (source === undefined) return undefined;
  const file = join(folder, 'source.bundle');
  await fetchSource(source, { file, fetch, clock, log, signal });
  const store = createGitStore({ dir: join(folder, 'git'), redactor, clock, log, allowProtocols: ['file'] });
  const repository = await store.open({ key: 'source', cloneUrl: pathToFileURL(file).href }, signal);
  // nobody needs it twice
  await rm(file);
  const worktree = await repository.worktree({
    run: 'request',
    name: 'main',
    at: source.sha,
    agentView: true,
    ...(sandbox.isAnotherUser === true ? { ownObjects: true } : {}),
  });
  return { repository, worktree };
}

async function emptyFolder(folder: string): Promise<string> {
  const path = join(folder, 'empty');
  await mkdir(path);
  return path;
}

/** What it changed goes along as a patch, as far as it may be changed; whoever asked judges it again. */
async function handIn(
  answer: PersonaResult,
  {
    task: { persona },
    tree,
    redactor,
  }: { readonly task: PersonaTask; readonly tree: Tree | undefined; readonly redactor: Redactor },
): Promise<string> {
  const refusal = (message: string): string =>
    writeResult({ ...errorResult('failed', message), usage: answer.usage }, redactor);
  if (tree === undefined || answer.status === 'error' || !rightsOf(persona.tools).writes)
    return writeResult(answer, redactor);
  const { repository, worktree } = tree;
  const policy = defaultPathPolicy();
  const { refused } = await worktree.changes(policy);
  if (refused.length > 0) return refusal(hostMessages.workRefused(describeRefusals(refused, 10)));
  const base = worktree.at;
  const commit = await worktree.commit({ message: 'Work of a worker', author, trailers: [] }, policy);
  if (commit === undefined) return writeResult(answer, redactor);
  const patch = await repository.patch(base, commit, mostPatchBytes);
  return patch === undefined
    ? refusal(hostMessages.workTooLarge(mostPatchBytes))
    : writeResult(answer, redactor, { patch, base });
}
