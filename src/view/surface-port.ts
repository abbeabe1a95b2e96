// One way to find, create and update both kinds of surface. Lives for one pass: what it read is not read again.
import type { SurfaceRow } from '../engine/index.ts';
import type { CheckRunInfo, CheckRunWrite, RepositoryApi, WriteClass } from '../github/index.ts';
import { TroupeError } from '../support/index.ts';
import { stepSentences } from './shown/messages.ts';
import type { WantedSurface } from './types.ts';

/** What GitHub has of a surface. */
export interface FoundSurface {
  readonly id: number;
  readonly annotations: number;
}

/** One of those that GitHub has, and whether it says what is wanted. */
export interface FoundAgain extends FoundSurface {
  readonly asWanted: boolean;
  readonly isOpen: boolean;
}

/** The calls for a surface. */
export interface SurfacePort {
  /** By `external_id` on the head, or by marker in the comments. */
  find(surface: WantedSurface): Promise<FoundSurface | undefined>;
  /** All that there are: more than one where a create was applied after it was given up. Nothing of what cannot be there twice. */
  all(surface: WantedSurface): Promise<readonly FoundAgain[]>;
  /** Takes away one that is there beside another: a comment is deleted, a check concluded. */
  remove(surface: WantedSurface, twin: FoundAgain): Promise<void>;
  create(surface: WantedSurface): Promise<FoundSurface>;
  update(surface: WantedSurface, row: SurfaceRow): Promise<void>;
  /** New checks in one request; undefined in place of each that was not made. */
  createTogether(checks: readonly WantedCheck[]): Promise<readonly (FoundSurface | undefined)[]>;
}

/** A check run that is wanted. */
export type WantedCheck = Extract<WantedSurface, { kind: 'check' }>;

const comparedCharacters = 200;

/** A port over the repository's API. */
export function surfacePort(api: RepositoryApi): SurfacePort {
  const checks = new Map<string, Promise<readonly CheckRunInfo[]>>();

  async function checksOf({ headSha, externalId }: CheckRunWrite): Promise<readonly CheckRunInfo[]> {
    const listed = checks.get(headSha) ?? api.findCheckRuns(headSha);
    checks.set(headSha, listed);
    return (await listed).filter((known) => known.externalId === externalId);
  }

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
      const [check] = await checksOf(surface.check);
      return check === undefined ? undefined : { id: check.id, annotations: check.annotations ?? 0 };
    },

    ...twinsOf(api, checksOf),
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

/** What may be there more than once. */
function twinsOf(
  api: RepositoryApi,
  checksOf: (check: CheckRunWrite) => Promise<readonly CheckRunInfo[]>,
): Pick<SurfacePort, 'all' | 'remove'> {
  return {
    async all(surface) {
      switch (surface.kind) {
        case 'label':
        case 'issue':
          return [];
        // it is read before it is written, so it may be wanted anew each time
        case 'pull':
          return [{ id: surface.number, annotations: 0, asWanted: false, isOpen: true }];
        case 'comment': {
          const found = (await api.ourComments?.(surface.issue, surface.marker)) ?? [];
          return found.map(({ id, body }) => ({
            id,
            annotations: 0,
            asWanted: isSame(body, surface.body),
            isOpen: true,
          }));
        }
        case 'check':
          return (await checksOf(surface.check)).map((check) => foundCheck(check, surface.check));
      }
    },

    async remove(surface, { id, isOpen }) {
      if (surface.kind === 'comment') await api.deleteComment?.(id);
      if (surface.kind !== 'check' || !isOpen) return;
      const { actions: _none, ...check } = surface.check;
      const closed = { ...check, ...stepSentences.twin, annotations: [] };
      await api.updateCheckRun(id, { ...closed, status: 'completed', conclusion: 'cancelled' }, 'create');
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

function foundCheck(found: CheckRunInfo, wanted: CheckRunWrite): FoundAgain {
  const isDone = found.status === 'completed';
  const conclusion = wanted.status === 'completed' ? (wanted.conclusion ?? 'neutral') : null;
  const asWanted =
    found.status === wanted.status &&
    found.conclusion === conclusion &&
    (found.title === undefined || isSame(found.title, wanted.title));
  return { id: found.id, annotations: found.annotations ?? 0, asWanted, isOpen: !isDone };
}

/** Whether GitHub has a text that we sent. What is long was cut on the way. */
function isSame(has: string, sent: string): boolean {
  const head = (text: string): string => text.trim().slice(0, comparedCharacters);
  return head(has) === head(sent);
}

function classOf(surface: WantedSurface, other: WriteClass): WriteClass {
  return surface.urgent ? 'urgent' : other;
}
