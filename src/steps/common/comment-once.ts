// One comment of a step, found again after an unclear failure. Never tells whether it should be posted.
import type { StepContext } from '../../engine/index.ts';
import type { RepositoryApi } from '../../github/index.ts';
import { fit, hashJson } from '../../support/index.ts';
import type { RunId, StepPath } from '../../support/index.ts';
import type { StepServices } from './types.ts';

const mostBodyBytes = 60_000;

/** Posts the comment; answers with where it stands. */
export async function commentOnce(
  context: StepContext,
  ports: { readonly services: StepServices; readonly api: RepositoryApi },
  comment: { readonly number: number; readonly body: string },
): Promise<{ url: string }> {
  const { api, services } = ports;
  const { number } = comment;
  const marker = stepMarker(context);
  return context.effect({
    key: `comment:${number}`,
    what: `comment on #${number}`,
    async lookUp(): Promise<{ url: string } | undefined> {
      const found = await api.findComment(number, marker);
      return found === undefined ? undefined : { url: found.url };
    },
    async apply(): Promise<{ url: string }> {
      await context.fence();
      const body = `${bodyText(services, comment.body)}\n\n${marker}`;
      return { url: (await api.createComment(number, body, 'create')).url };
    },
  });
}

/** Found again after an unclear failure: one marker per run and step, told apart from the sticky comment's. */
export function stepMarker({ run, path }: Pick<StepContext, 'run' | 'path'>): string {
  return stepMarkerOf(run, path);
}

/** The same of a step that does not execute any more. */
export function stepMarkerOf(run: RunId, path: StepPath): string {
  return `<!-- troupe:step=${run}:${path}:${hashJson(`${run}/${path}`).slice(0, 12)} -->`;
}

/** A text as it may be posted. Our own markers in it would let it pass for one of ours. */
export function bodyText(services: StepServices, text: string): string {
  return fit(services.redactor.text(text.replaceAll(/<!--\s*troupe:/gi, '<!-- ')), mostBodyBytes);
}
