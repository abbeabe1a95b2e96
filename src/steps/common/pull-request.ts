// The run's pull request: opened once, finished once, closed when there is nothing in it. Never merged here.
import type { Facts, StepContext, StepResult } from '../../engine/index.ts';
import type { PullRequestInfo, RepositoryApi } from '../../github/index.ts';
import type { BranchName, Json } from '../../support/index.ts';
import { hintOf, messageOf, TroupeError, defined } from '../../support/index.ts';
import { gitMessages as messages } from './git-messages.ts';
import type { StepServices, Workplace } from './types.ts';

/** A pull request as the run's facts keep it. */
export type PullRequestFacts = NonNullable<Facts['pullRequest']>;

/** How opening ended: `deferred` where drafts are not available, `refused` where we may not open pull requests at all. */
type Opening = 'open' | 'deferred' | 'refused' | 'none';

/** The pull request, or why there is none. */
export interface Opened {
  readonly opening: Opening;
  readonly pullRequest?: PullRequestFacts;
  /** What is done about it where GitHub refused, or what it said. */
  readonly because?: string;
}

interface OpenRequest {
  readonly branch: BranchName;
  readonly base: string;
  /** false: an ordinary pull request titled `WIP:`. */
  readonly draft: boolean;
}

/** Opens the pull request of the run's branch, or finds the one that is there. */
export async function openPullRequest(
  context: StepContext,
  ports: { readonly services: StepServices; readonly workplace: Workplace },
  request: OpenRequest,
): Promise<Opened> {
  const { api } = ports.workplace;
  if (api === undefined) return { opening: 'none' };
  const part = ports.services.pullRequestPart(context, 'draft');
  const { branch, base, draft } = request;
  try {
    const found = await context.effect({
      key: `pull-request:${branch}${draft ? '' : ':wip'}`,
      what: messages.openingPullRequest(branch),
      // GitHub refuses a second one of the branch
      repeatable: true,
      lookUp: () => findOpen(api, branch),
      async apply() {
        await context.fence();
        const title = draft ? part.title : `WIP: ${part.title}`;
        return toJsonFacts(await createOrFind(api, { ...part, title, head: branch, base, draft }));
      },
    });
    return { opening: 'open', pullRequest: fromJsonFacts(found) };
  } catch (error) {
    const code = error instanceof TroupeError ? error.code : '';
    if (code === 'github/drafts-unavailable') return { opening: 'deferred' };
    // a missing permission is a failure like any other: whoever runs Troupe grants it and starts again
    if (code === 'github/setting') return { opening: 'refused', because: hintOf(error) ?? messageOf(error) };
    throw error;
  }
}

/**
 * The pull request after the first real commit, where `prepare` could not open a draft. Call it after each push; it does
 * nothing when the run has its pull request, or may not have one.
 */
export async function ensurePullRequest(
  context: StepContext,
  services: StepServices,
  workplace: Workplace,
): Promise<PullRequestFacts | undefined> {
  const { branch, baseBranch, pullRequest } = context.state.facts;
  if (pullRequest !== undefined || branch === undefined || baseBranch === undefined) return undefined;
  const deferred = [...context.state.steps.values()].some(({ result }) => result?.outputs['opening'] === 'deferred');
  if (!deferred) return undefined;
  // the fact was checked by whoever wrote it
  const request = { branch: branch as BranchName, base: baseBranch, draft: false };
  return (await openPullRequest(context, { services, workplace }, request)).pullRequest;
}

/**
 * The last try at the end of a run that has a branch and no pull request: whoever refused it at the start, or to an earlier
 * run of the branch, may have changed the setting since.
 */
export async function lastPullRequest(
  context: StepContext,
  services: StepServices,
  workplace: Workplace,
): Promise<Opened> {
  const { branch, baseBranch, pullRequest } = context.state.facts;
  const isToldAlready = [...context.state.steps.values()].some(({ result }) => result?.shortfall !== undefined);
  if (pullRequest !== undefined || branch === undefined || baseBranch === undefined) return { opening: 'none' };
  if (context.spec.workflow.branch === false || isToldAlready) return { opening: 'none' };
  // as above
  const request = { branch: branch as BranchName, base: baseBranch, draft: false };
  return openPullRequest(context, { services, workplace }, request);
}

/** What a run says that ends without the pull request it should have; nothing where none was refused. */
export function shortfallOf({ opening, because = '' }: Opened): Pick<StepResult, 'shortfall'> {
  return opening === 'refused' ? { shortfall: messages.notOpened(because) } : {};
}

/** Its words for the view to write, ready for review, review requested: each once. One that a person opened keeps its words and its state. */
export async function finishPullRequest(
  context: StepContext,
  ports: { readonly services: StepServices; readonly api: RepositoryApi; readonly botLogin?: string | undefined },
  finish: {
    readonly pullRequest: PullRequestFacts;
    readonly title?: string | undefined;
    readonly body?: string | undefined;
    readonly draft?: boolean;
    readonly reviewers?: readonly string[];
  },
): Promise<{ readonly pullRequest: PullRequestFacts; readonly warnings: readonly string[] }> {
  const { api } = ports;
  const { number } = finish.pullRequest;
  const warnings: string[] = [];
  const isOurs = isOurPull(finish.pullRequest);
  const isWritten = isOurs && context.spec.task.kind !== 'pull_request';
  const words = isWritten ? defined({ title: finish.title, body: finish.body }) : {};
  const pullRequest = { ...finish.pullRequest, ...words };
  if (!isWritten && (finish.title !== undefined || finish.body !== undefined))
    warnings.push(messages.keepsItsWords(number));
  if (finish.draft === true) return { pullRequest, warnings };
  const ready = !pullRequest.draft || (isOurs && (await markReady(context, api, pullRequest)));
  if (!ready) warnings.push(isOurs ? messages.notReady(number) : messages.staysTheirDraft(number));
  const asked = reviewersOf(context, ports.botLogin, { named: finish.reviewers ?? [], isOurs });
  const refused = asked.length === 0 ? undefined : await askForReview(context, api, { number, logins: asked });
  if (refused !== undefined) warnings.push(refused);
  return { pullRequest: { ...pullRequest, draft: !ready }, warnings };
}

/** Whether its words, its draft state and its end are ours. */
export function isOurPull({ ours }: PullRequestFacts): boolean {
  return ours !== false;
}

/** What was done, before a merge makes a message of it. Elsewhere the text is the view's. */
export async function sayWhatWasDone(
  context: StepContext,
  { services, api }: { readonly services: StepServices; readonly api: RepositoryApi },
  pullRequest: PullRequestFacts,
): Promise<void> {
  if (!isOurPull(pullRequest) || context.spec.task.kind === 'pull_request') return;
  const { number } = pullRequest;
  const part = services.pullRequestPart(context, 'final', pullRequest);
  await context.effect({
    key: `pull-request-text:${number}`,
    what: messages.finishingPullRequest(number),
    // our part is found as we wrote it, or left alone
    repeatable: true,
    lookUp: () => Promise.resolve(undefined),
    async apply(): Promise<Json> {
      await context.fence();
      return { said: await api.describePullRequest(number, part) };
    },
  });
}

/** Closes the pull request; nothing when it is closed. */
export async function closePullRequest(context: StepContext, api: RepositoryApi, number: number): Promise<void> {
  await context.effect({
    key: `pull-request-close:${number}`,
    repeatable: true,
    what: messages.closingPullRequest(number),
    async lookUp(): Promise<Json | undefined> {
      return (await api.pullRequest(number))?.state === 'closed' ? null : undefined;
    },
    async apply(): Promise<Json> {
      await context.fence();
      await api.closePullRequest(number);
      return null;
    },
  });
}

/** What GitHub tells of a pull request, as facts. */
export function pullRequestFacts(info: PullRequestInfo): PullRequestFacts {
  return {
    number: info.number,
    url: info.url,
    nodeId: info.nodeId,
    draft: info.draft,
    state: info.merged ? 'merged' : info.state,
    ours: info.ours,
  };
}

async function findOpen(api: RepositoryApi, branch: string): Promise<{ [key: string]: Json } | undefined> {
  const [found] = await api.pullRequestsByHead(branch, 'open');
  return found === undefined ? undefined : toJsonFacts(found);
}

async function createOrFind(
  api: RepositoryApi,
  request: Parameters<RepositoryApi['createPullRequest']>[0],
): Promise<PullRequestInfo> {
  try {
    return await api.createPullRequest(request);
  } catch (error) {
    if (!(error instanceof TroupeError)) throw error;
    if (error.code === 'github/not-found') throw notYet(error);
    if (error.code !== 'github/exists') throw error;
    const [found] = await api.pullRequestsByHead(request.head, 'open');
    if (found === undefined) throw error;
    return found;
  }
}

/** The repository is there, its branch was pushed a moment ago: GitHub does not show everywhere at once what was just made. */
function notYet(error: TroupeError): TroupeError {
  return new TroupeError(error.code, error.message, {
    class: 'transient',
    cause: error,
    ...defined({ hint: error.hint }),
  });
}

async function markReady(context: StepContext, api: RepositoryApi, pullRequest: PullRequestFacts): Promise<boolean> {
  const { number, nodeId } = pullRequest;
  if (nodeId === undefined) return false;
  const answer = await context.effect({
    key: `pull-request-ready:${number}`,
    repeatable: true,
    what: messages.markingReady(number),
    async lookUp() {
      return (await api.pullRequest(number))?.draft === false ? { ready: true } : undefined;
    },
    async apply() {
      await context.fence();
      return { ready: await api.markReadyForReview(nodeId) };
    },
  });
  return answer.ready;
}

function reviewersOf(
  context: StepContext,
  botLogin: string | undefined,
  { named, isOurs }: { readonly named: readonly string[]; readonly isOurs: boolean },
): string[] {
  const { requester, task } = context.spec;
  const wanted = task.kind === 'issue' && isOurs ? [requester.login, ...named] : [...named];
  return [...new Set(wanted)].filter((login) => login !== botLogin && !login.endsWith('[bot]') && login !== '');
}

async function askForReview(
  context: StepContext,
  api: RepositoryApi,
  { number, logins }: { readonly number: number; readonly logins: readonly string[] },
): Promise<string | undefined> {
  const answer = await context.effect({
    key: `review-request:${number}`,
    what: messages.askingForReview(number, logins),
    repeatable: true,
    lookUp: () => Promise.resolve(undefined),
    async apply(): Promise<{ refused: string | null }> {
      await context.fence();
      try {
        await api.requestReview(number, logins);
        return { refused: null };
      } catch (error) {
        // Somebody without access cannot be asked: that must not spoil the run.
        if (!(error instanceof TroupeError) || error.class === 'transient' || error.class === 'rate_limit') throw error;
        return { refused: messages.reviewRefused(logins, messageOf(error)) };
      }
    },
  });
  return answer.refused ?? undefined;
}

function toJsonFacts(info: PullRequestInfo): { [key: string]: Json } {
  return { ...pullRequestFacts(info) };
}

function fromJsonFacts(json: Json): PullRequestFacts {
  // toJsonFacts wrote it; the journal gives back what it got
  return json as unknown as PullRequestFacts;
}
