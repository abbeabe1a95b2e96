// What every page of a repository is made from, and where the words in it may lead.
import { resolveCommit } from '../git/index.ts';
import type { Repository } from '../model/index.ts';
import { isPull } from '../shapes/pull.ts';
import { fullName, repositoryNamed } from '../world/world.ts';
import type { World } from '../world/world.ts';
import type { Html } from './html/html.ts';
import { commitCandidates, renderMarkdown } from './markdown/index.ts';
import type { Links } from './markdown/index.ts';

/** Somebody looks at a repository. */
export interface Visit {
  readonly world: World;
  readonly repository: Repository;
  /** The path of its front page. */
  readonly home: string;
  /** The address asked for. */
  readonly url: URL;
}

/** Renders texts of a page. Commit ids in them are looked up first. */
export async function markdownOf(
  visit: Visit,
  texts: readonly (string | null)[],
): Promise<(text: string | null) => Html> {
  const links = await linksOf(visit, texts);
  return (text) => renderMarkdown(text ?? '', { links });
}

/** Renders a file. `folder`: the page of the folder that it lies in. */
export async function markdownFileOf(visit: Visit, text: string, folder: string): Promise<Html> {
  return renderMarkdown(text, { links: await linksOf(visit, [text]), isFile: true, base: folder });
}

async function linksOf({ world, repository, home }: Visit, texts: readonly (string | null)[]): Promise<Links> {
  const candidates = commitCandidates(texts.join('\n'));
  const found = await Promise.all(candidates.map((id) => resolveCommit(repository.dir, id)));
  const commits = new Map(candidates.map((id, index) => [id, found[index]]));
  return {
    issue(owner, name, number) {
      const there = owner === undefined || name === undefined ? repository : repositoryNamed(world, owner, name);
      const issue = there?.private === false || there === repository ? there.issues.get(number) : undefined;
      if (there === undefined || issue === undefined) return undefined;
      return `/${fullName(there)}/${isPull(issue) ? 'pull' : 'issues'}/${number}`;
    },
    user(login) {
      const user = world.users.get(login.toLowerCase());
      return user === undefined ? undefined : `/${encodeURIComponent(user.login)}`;
    },
    commit(id) {
      const sha = commits.get(id);
      return sha === undefined ? undefined : `${home}/commit/${sha}`;
    },
  };
}
