// The page where a person opens the pull request that a run was not let open. Pure.
import { isRunOver } from '../../engine/index.ts';
import type { RunState } from '../../engine/index.ts';

/** Its address; undefined when the run goes on, has a pull request, or was not refused one. */
export function compareUrl(state: RunState): string | undefined {
  const { branch, baseBranch, pullRequest } = state.facts;
  const { repository } = state.spec;
  const wasRefused = [...state.steps.values()].some(({ result }) => result?.shortfall !== undefined);
  if (!isRunOver(state.status) || !wasRefused || pullRequest !== undefined) return undefined;
  if (branch === undefined || repository === undefined || !URL.canParse(repository.cloneUrl)) return undefined;
  const range = `${encoded(baseBranch ?? repository.defaultBranch)}...${encoded(branch)}`;
  // the address of a clone is that of the repository's page with `.git`, on github.com as on every server
  return `${repository.cloneUrl.replace(/\.git$/, '')}/compare/${range}?expand=1`;
}

/** Also what would end a link in Markdown. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
