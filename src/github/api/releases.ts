// Releases of tags and deployments of commits. Never makes a tag and never says how a deployment went.
import { defined, fit, isObject, oneLine, parseJson } from '../../support/index.ts';
import { allPages, orUndefined } from '../client/client.ts';
import { limits } from '../client/limits.ts';
import type { DeploymentInfo, ReleaseInfo, RepositoryApi } from '../client/types.ts';
import { at, idOf, named } from './scope.ts';
import type { Id, Scope } from './scope.ts';

type ReleaseCalls = Pick<RepositoryApi, 'release' | 'createRelease' | 'deployments' | 'createDeployment'>;

interface DeploymentAnswer {
  readonly id: Id;
  readonly environment: string;
  readonly payload: unknown;
}

/** Where a deployment says which run asked for it. */
const runKey = 'troupe_run';

/** Calls about releases and deployments. */
export function releaseCalls(scope: Scope): ReleaseCalls {
  const { client } = scope;

  return {
    async release(tag) {
      const answer = await orUndefined(
        client.read(`read the release ${tag} of ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...at(scope), tag }),
        ),
      );
      return answer === undefined ? undefined : toReleaseInfo(answer.data);
    },

    async createRelease({ tag, name, body }) {
      const { data } = await client.once(`release ${tag} of ${named(scope)}`, { content: true }, (request) =>
        request('POST /repos/{owner}/{repo}/releases', {
          ...at(scope),
          tag_name: tag,
          name: oneLine(name, limits.titleCharacters),
          body: fit(body, limits.bodyBytes),
        }),
      );
      return toReleaseInfo(data);
    },

    async deployments(sha, environment) {
      const rows = await allPages<DeploymentAnswer>(async (page) => {
        const { data } = await client.read(`list the deployments of ${named(scope)}`, (request) =>
          request('GET /repos/{owner}/{repo}/deployments', { ...at(scope), ...page, sha, environment }),
        );
        return data;
      });
      return rows.map(toDeploymentInfo);
    },

    async createDeployment({ sha, environment, description, run }) {
      const what = `deploy ${sha.slice(0, 7)} of ${named(scope)} to ${environment}`;
      const { data } = await client.once(what, { content: true }, (request) =>
        request('POST /repos/{owner}/{repo}/deployments', {
          ...at(scope),
          ref: sha,
          environment,
          description: oneLine(description, limits.statusDescriptionCharacters),
          auto_merge: false,
          required_contexts: [],
          payload: { [runKey]: run },
        }),
      );
      // 202 is a merge of the base into a branch, which was not asked for
      if (!('id' in data)) throw new TypeError(`GitHub did not ${what}: ${data.message ?? 'no deployment'}`);
      return toDeploymentInfo(data);
    },
  };
}

function toReleaseInfo(answer: { readonly id: Id; readonly tag_name: string; readonly html_url: string }): ReleaseInfo {
  return { id: idOf(answer.id), tag: answer.tag_name, url: answer.html_url };
}

function toDeploymentInfo({ id, environment, payload }: DeploymentAnswer): DeploymentInfo {
  const run = runIn(payload);
  return { id: idOf(id), environment, ...defined({ run }) };
}

/** GitHub gives the payload back as an object or as the text of one. */
function runIn(payload: unknown): string | undefined {
  if (typeof payload === 'string') {
    try {
      return runIn(parseJson(payload));
    } catch {
      return undefined;
    }
  }
  const run = isObject(payload) ? payload[runKey] : undefined;
  return typeof run === 'string' ? run : undefined;
}
