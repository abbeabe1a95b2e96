// One way to find, create and update both kinds of surface. Lives for one pass: what it read is not read again.
import type { SurfaceRow } from '../engine/index.ts';
import type { CheckRunInfo, CheckRunWrite, RepositoryApi, WriteClass } from '../github/index.ts';
import { TroupeError } from '../support/index.ts';
import type { WantedSurface } from './types.ts';

/** What GitHub has of a surface. */
interface FoundSurface {
  readonly id: number;
  readonly annotations: number;
}

/** The calls for a surface. */
export interface SurfacePort {
  /** By `external_id` on the head, or by marker in the comments. */
  find(surface: WantedSurface): Promise<FoundSurface | undefined>;
  create(surface: WantedSurface): Promise<FoundSurface>;
  update(surface: WantedSurface, row: SurfaceRow): Promise<void>;
  /** New checks in one request; undefined in place of each that was not made. */
  createTogether(checks: readonly WantedCheck[]): Promise<readonly (FoundSurface | undefined)[]>;
}

/** A check run that is wanted. */
export type WantedCheck = Extract<WantedSurface, { kind: 'check' }>;

/** A port over the repository's API. */
export function surfacePort(api: RepositoryApi): SurfacePort {
  const checks = new Map<string, Promise<readonly CheckRunInfo[]>>();

  return {
    async find(surface) {
      // Putting it on again changes nothing.
      if (surface.kind === 'label') return undefined;
      // Our part is read before it is written: saying it again changes nothing.
      if (surface.kind === 'pull') return { id: surface.number, annotations: 0 };
      if (surface.kind === 'issue') return findTold(api, surface);
      if (surface.kind === 'comment') {
        const comment = await api.findComment(surface.issue, surface.marker);
        return comment === undefined ? undefined : { id: comment.id, annotations: 0 };
      }
      const { headSha, externalId } = surface.check;
      const listed = checks.get(headSha) ?? api.findCheckRuns(headSha);
      checks.set(headSha, listed);
      const check = (await listed).find((known) => known.externalId === externalId);
      return check === undefined ? undefined : { id: check.id, annotations: check.annotations ?? 0 };
    },

    create: (surface) => create(api, surface),

    async createTogether(checks) {
      const write = checks.some(({ urgent }) => urgent) ? 'urgent' : 'create';
      const ids = await api.createCheckRuns?.(
        checks.map(({ check }) => check),
        write,
      );
      return checks.map(({ check }, index) => {
        const id = ids?.[index];
        return id === undefined ? undefined : { id, annotations: check.annotations?.length ?? 0 };
      });
    },

    async update(surface, { githubId, annotationsSent }) {
      if (githubId === null) throw new TypeError('an update needs the id of what is updated');
      if (surface.kind === 'label' || surface.kind === 'issue') return;
      const write = classOf(surface, 'progress');
      if (surface.kind === 'pull') return void (await api.describePullRequest(surface.number, surface.part, write));
      if (surface.kind === 'comment') return api.updateComment(githubId, surface.body, write);
      // Annotations are appended by GitHub.
      const annotations = surface.check.annotations?.slice(annotationsSent) ?? [];
      await withoutBadAnnotations({ ...surface.check, annotations }, (check) =>
        api.updateCheckRun(githubId, check, write),
      );
    },
  };
}

async function create(api: RepositoryApi, surface: WantedSurface): Promise<FoundSurface> {
  const write = classOf(surface, 'create');
  switch (surface.kind) {
    case 'label':
      await api.addLabels(surface.issue, [surface.body]);
      return { id: 0, annotations: 0 };
    case 'pull':
      await api.describePullRequest(surface.number, surface.part, write);
      return { id: surface.number, annotations: 0 };
    case 'issue':
      return tell(api, surface, write);
    case 'comment':
      return { id: (await api.createComment(surface.issue, surface.body, write)).id, annotations: 0 };
    case 'check': {
      const { id } = await withoutBadAnnotations(surface.check, (check) => api.createCheckRun(check, write));
      return { id, annotations: surface.check.annotations?.length ?? 0 };
    }
  }
}

type IssueSurface = Extract<WantedSurface, { kind: 'issue' }>;

/** Where the run is told of already: the issue itself, or a comment in it. */
async function findTold(api: RepositoryApi, surface: IssueSurface): Promise<FoundSurface | undefined> {
  const issue = await api.findIssue(surface.marker);
  if (issue === undefined) return undefined;
  if (issue.body.includes(surface.runMarker)) return { id: issue.number, annotations: 0 };
  const comment = await api.findComment(issue.number, surface.runMarker);
  return comment === undefined ? undefined : { id: comment.id, annotations: 0 };
}

/** In the issue that is open, else in a new one: one that people closed stays closed. */
async function tell(api: RepositoryApi, surface: IssueSurface, write: WriteClass): Promise<FoundSurface> {
  const issue = await api.findIssue(surface.marker);
  const body = `${surface.runMarker}\n${surface.body}`;
  if (issue?.state === 'open') return { id: (await api.createComment(issue.number, body, write)).id, annotations: 0 };
  const made = await api.createIssue({ title: surface.title, body: `${surface.marker}\n${body}` });
  return { id: made.number, annotations: 0 };
}

/** One remark that GitHub refuses must not keep a check from being concluded: then it goes without remarks. */
async function withoutBadAnnotations<Result>(
  check: CheckRunWrite,
  send: (check: CheckRunWrite) => Promise<Result>,
): Promise<Result> {
  try {
    return await send(check);
  } catch (error) {
    const isRefused = error instanceof TroupeError && error.code === 'github/invalid';
    if (!isRefused || (check.annotations ?? []).length === 0) throw error;
    return send({ ...check, annotations: [] });
  }
}

function classOf(surface: WantedSurface, other: WriteClass): WriteClass {
  return surface.urgent ? 'urgent' : other;
}
