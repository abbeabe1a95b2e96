// What `tag_release` and `immediate_deploy` do with the commit that a merge made: each once. Never with a commit that is not merged.
import { ClaimLost } from '../../engine/index.ts';
import type { StepContext } from '../../engine/index.ts';
import { checkTagName } from '../../git/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import type { JsonObject, Sha } from '../../support/index.ts';
import { TroupeError, defined, quotePosted, withoutHtmlComments } from '../../support/index.ts';
import { gitMessages as messages } from '../common/git-messages.ts';
import { choiceOf, flagOf } from './operation.ts';
import type { Operation } from './operation.ts';

/** Where a deployment goes when the step names no environment: GitHub's own default. */
const usualEnvironment = 'production';
/** Of a repository without versions. */
const firstVersion = 'v0.1.0';

/** What is merged, and by which pull request. */
export interface Merge {
  readonly api: RepositoryApi;
  readonly sha: Sha;
  readonly number: number;
}

/** Keys of the step that ask for something which only a merge makes possible. */
export function afterMergeKeys(operation: Operation): readonly string[] {
  return ['tag_release', 'immediate_deploy'].filter((key) => choiceOf(operation, key, 'true') !== undefined);
}

/** Throws before anything is merged where the tag that the step names cannot be made. */
export async function requireFreeTag(operation: Operation): Promise<void> {
  const name = namedTag(operation);
  if (name === undefined) return;
  const { repository } = operation.workplace;
  await repository.fetch(operation.context.signal);
  if (!(await repository.tags()).some((tag) => tag.name === name)) return;
  throw new TroupeError('step/tag-exists', messages.tagTaken(name), { class: 'config', hint: messages.tagTakenHint });
}

/** Tags, releases and deploys as the step says; tells outputs and what was done. What is merged stays merged. */
export async function afterMerge(
  operation: Operation,
  merge: Merge,
): Promise<{ readonly outputs: JsonObject; readonly sentences: readonly string[] }> {
  const environment = choiceOf(operation, 'immediate_deploy', usualEnvironment);
  const wantsTag = choiceOf(operation, 'tag_release', 'true') !== undefined;
  try {
    const release = wantsTag ? await publishRelease(operation, merge) : undefined;
    const deployment = environment === undefined ? {} : await deploy(operation, merge, environment);
    return {
      outputs: { ...release, ...deployment },
      sentences: [
        ...(release === undefined ? [] : [messages.released(release.tag)]),
        ...(environment === undefined ? [] : [messages.deployed(environment)]),
      ],
    };
  } catch (error) {
    throw told(operation.context, merge, error);
  }
}

async function publishRelease(operation: Operation, merge: Merge): Promise<{ tag: string; release: string }> {
  const { context, services } = operation;
  const tag = await tagMerge(operation, merge);
  const release = await context.effect({
    key: `release:${tag}`,
    what: messages.releasing(tag),
    // GitHub refuses a second one of the tag
    repeatable: true,
    lookUp: () => releaseOf(merge.api, tag),
    async apply(): Promise<{ url: string }> {
      await context.fence();
      const { title, body } = services.pullRequestPart(context, 'final');
      const notes = messages.releaseNotes(merge.number, title, withoutHtmlComments(body).trim());
      try {
        return { url: (await merge.api.createRelease({ tag, name: tag, body: notes })).url };
      } catch (error) {
        // the project may make releases of its tags itself
        const there =
          error instanceof TroupeError && error.code === 'github/exists' && (await releaseOf(merge.api, tag));
        if (!there) throw error;
        return there;
      }
    },
  });
  return { tag, release: release.url };
}

async function releaseOf(api: RepositoryApi, tag: string): Promise<{ url: string } | undefined> {
  const found = await api.release(tag);
  return found === undefined ? undefined : { url: found.url };
}

async function tagMerge(operation: Operation, { sha }: Merge): Promise<string> {
  const { context, workplace } = operation;
  const { repository } = workplace;
  const named = namedTag(operation);
  const { tag } = await context.effect({
    key: `tag:${named ?? 'next'}:${sha}`,
    what: named === undefined ? messages.taggingNext(sha) : messages.tagging(named),
    async lookUp(): Promise<{ tag: string } | undefined> {
      await repository.fetch(context.signal);
      const ours = (await repository.tags()).filter(({ commit }) => commit === sha);
      const found = ours.find(({ name }) => (named === undefined ? versionOf(name) !== undefined : name === named));
      return found === undefined ? undefined : { tag: found.name };
    },
    async apply(): Promise<{ tag: string }> {
      await context.fence();
      await repository.ensureCommit(sha, context.signal);
      if (named === undefined) return { tag: await tagNext(operation, sha) };
      await repository.tag({ name: named, commit: sha, message: named, signal: context.signal });
      return { tag: named };
    },
  });
  return tag;
}

/** Another run may take the same version at the same time: then it is the next one. */
async function tagNext({ context, workplace }: Operation, sha: Sha): Promise<string> {
  const { repository } = workplace;
  for (let tries = 1; ; tries += 1) {
    await repository.fetch(context.signal);
    const name = nextVersion((await repository.tags()).map((tag) => tag.name));
    try {
      await repository.tag({ name, commit: sha, message: name, signal: context.signal });
      return name;
    } catch (error) {
      const isTaken = error instanceof TroupeError && ['git/refused', 'git/stale'].includes(error.code);
      if (!isTaken || tries === 3) throw error;
    }
  }
}

/** The patch after the newest `v1.2.3` among the tags. */
export function nextVersion(tags: readonly string[]): string {
  const newest = tags
    .flatMap((name) => versionOf(name) ?? [])
    .toSorted((a, b) => a.major - b.major || a.minor - b.minor || a.patch - b.patch)
    .at(-1);
  return newest === undefined ? firstVersion : `v${newest.major}.${newest.minor}.${newest.patch + 1}`;
}

/** undefined for anything else than a plain version: what comes before a release is none. */
function versionOf(
  tag: string,
): { readonly major: number; readonly minor: number; readonly patch: number } | undefined {
  const [, major, minor, patch] = /^v(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(tag) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

async function deploy(
  { context }: Operation,
  { api, sha }: Merge,
  environment: string,
): Promise<{ deployment: number; environment: string }> {
  const { id } = await context.effect({
    key: `deployment:${environment}:${sha}`,
    what: messages.deploying(sha, environment),
    async lookUp(): Promise<{ id: number } | undefined> {
      const ours = (await api.deployments(sha, environment)).find(({ run }) => run === context.run);
      return ours === undefined ? undefined : { id: ours.id };
    },
    async apply(): Promise<{ id: number }> {
      await context.fence();
      const description = messages.deploymentOf(context.run, quotePosted(context.spec.workflow.name, 'line'));
      const { id: made } = await api.createDeployment({ sha, environment, description, run: context.run });
      return { id: made };
    },
  });
  return { deployment: id, environment };
}

function namedTag(operation: Operation): string | undefined {
  if (flagOf(operation, 'tag_release')) return undefined;
  const name = choiceOf(operation, 'tag_release', '');
  return name === undefined ? undefined : checkTagName(name);
}

/** The failure, which must not hide that the merge was made. */
function told({ signal }: StepContext, { number }: Merge, error: unknown): unknown {
  if (error instanceof ClaimLost || signal.aborted || !(error instanceof TroupeError)) return error;
  return new TroupeError(error.code, messages.mergedBut(number, error.message), {
    class: error.class,
    cause: error,
    hint: [error.hint ?? '', messages.restByHand].join(' ').trim(),
    ...defined({ retryAfterMs: error.retryAfterMs }),
  });
}
