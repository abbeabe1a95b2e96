// Approve, reject and answer: what a run waits for people with (decision 36). Decides only.
import { isRunOver } from '../../engine/index.ts';
import type { ExternalEvent, RunEvent, StepState } from '../../engine/index.ts';
import { isSha, parseJson } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';
import { tooLate } from './fate.ts';
import { findStep } from './find-step.ts';
import { controlLines, controlRefusals, driverLines } from './messages.ts';
import type { ControlFacts, ControlledRun, ControlVerdict, ControlWish } from './types.ts';
import { already, post, refuse } from './verdicts.ts';

type Requested = Extract<RunEvent, { type: 'approval.requested' }>;
type Decided = Extract<RunEvent, { type: 'approval.decided' }>;

/** Lets the run go on with what the person has seen. */
export function decideApproval(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const approved = wish.verb === 'approve';
  const step = waitingStep(wish, run, { what: 'approval', facts });
  if ('kind' in step) return step;
  const { path } = step;
  const asked = run.events.filter(
    (event): event is Requested => event.type === 'approval.requested' && event.step === path,
  );
  const request = asked.at(-1);
  const decided = run.events.findLast(
    (event): event is Decided =>
      event.type === 'approval.decided' &&
      event.seq > (request?.seq ?? 0) &&
      (event.step === path || event.step === undefined),
  );
  if (decided !== undefined) return decidedBefore(wish, run, { path, ...decided.data });
  if (request !== undefined && request.data.expires !== null && request.data.expires <= facts.now)
    return refuse(controlRefusals.expired(path));
  const notAllowed = refuseDecider(wish, run, { path, by: request?.data.by ?? [], facts });
  if (notAllowed !== undefined) return notAllowed;
  const head = facts.head ?? run.state.facts.headSha;
  const wrong = approved ? refuseCommit(wish, { path, asked: asked.length, sha: request?.data.sha, head }) : undefined;
  if (wrong !== undefined) return wrong;
  const by = wish.text === undefined || wish.text === '' ? wish.by : { ...wish.by, reason: wish.text };
  const line = approved ? controlLines.approve(run.state.id, path, head) : controlLines.reject(run.state.id, path);
  const sha = head !== undefined && isSha(head) ? { sha: head } : {};
  return post(wish, run, {
    line,
    events: [
      // somebody else pushed, and the person says that they have seen it
      ...(approved ? takeOver(run, head) : []),
      { type: 'approval.decided', step: path, data: { approved, by, ...sha } },
    ],
  });
}

/** The run goes on from a head that it did not make itself. */
export function takeOver({ state }: ControlledRun, head: string | undefined): readonly ExternalEvent[] {
  if (head === undefined || !isSha(head) || head === state.facts.headSha) return [];
  return [{ type: 'facts.changed', data: { headSha: head } }];
}

/** Gives the answer that a step waits for. */
export function decideAnswer(wish: ControlWish, run: ControlledRun, facts: ControlFacts): ControlVerdict {
  const step = waitingStep(wish, run, { what: 'answer', facts });
  if ('kind' in step) return step;
  const { path } = step;
  if (wish.value === undefined || wish.value === '') return refuse(controlRefusals.textNeeded('answer'));
  const asked = run.events.findLast((event) => event.type === 'question.asked' && event.step === path);
  const given = run.events.findLast(
    (event) => event.type === 'question.answered' && event.seq > (asked?.seq ?? 0) && event.step === path,
  );
  if (given?.type === 'question.answered' && asked !== undefined)
    return refuse(controlRefusals.answered(path, { by: given.data.by.login }));
  return post(wish, run, {
    line: controlLines.answer(run.state.id, path),
    events: [{ type: 'question.answered', step: path, data: { answer: wish.value, by: wish.by } }],
  });
}

/** What stands in a fence that is all of the text. */
function unfenced(text: string): string {
  const opening = /^```(?:json)?[^\S\n]*\n/i.exec(text)?.[0];
  const isFenced = opening !== undefined && text.length > opening.length + 3 && text.endsWith('\n```');
  return isFenced ? text.slice(opening.length, -4) : text;
}

/** An answer as a person wrote it: JSON where it is JSON, else text. */
export function answerOf(text: string): Json {
  const trimmed = unfenced(text).trim();
  if (!/^[[{"]/.test(trimmed)) return trimmed;
  try {
    // parsed from JSON text
    return parseJson(trimmed) as Json;
  } catch {
    return trimmed;
  }
}

/** Steps of the run that wait for a person. */
export function waitingFor(run: ControlledRun, what: 'approval' | 'answer'): readonly StepState[] {
  if (isRunOver(run.state.status)) return [];
  return [...run.state.steps.values()].filter((step) => step.status === 'waiting' && step.waitingFor?.for === what);
}

function waitingStep(
  wish: ControlWish,
  run: ControlledRun,
  told: { readonly what: 'approval' | 'answer'; readonly facts: ControlFacts },
): StepState | (ControlVerdict & { kind: 'refuse' }) {
  const refused = (line: string) => ({ kind: 'refuse' as const, line, reason: line });
  const { what, facts } = told;
  if (isRunOver(run.state.status)) return refused(tooLate(wish, run, told));
  // whoever drove it is gone, and what waited for people may come when somebody goes on
  const { driver } = facts;
  if (driver?.gone === true) return refused(driverLines.gone(run.spec.id, driver));
  const waiting = waitingFor(run, what);
  if (wish.step !== undefined) {
    // one of several who do the same step is no step of the file
    const named = waiting.find(({ path }) => path === wish.step);
    const found = named === undefined ? findStep(run.state, wish.step) : { state: named };
    if ('problem' in found) return refused(found.problem);
    const { path } = found.state;
    return (
      waiting.find((step) => step.path === path) ??
      waiting.find((step) => step.parent === path) ??
      // it may have been decided before, by somebody who was faster
      refused(tooLate(wish, run, told))
    );
  }
  const [only, ...others] = waiting;
  if (only === undefined) return refused(tooLate(wish, run, told));
  if (others.length > 0)
    return refused(
      controlRefusals.whichStep(
        wish.verb,
        waiting.map(({ path }) => path),
      ),
    );
  return only;
}

/** Two people at once make one decision; the same person twice is told so. */
function decidedBefore(
  wish: ControlWish,
  run: ControlledRun,
  { path, approved, by, sha }: Decided['data'] & { readonly path: string },
): ControlVerdict {
  const isSame = approved === (wish.verb === 'approve') && by.login === wish.by.login;
  if (!isSame) return refuse(controlRefusals.decided(path, approved, { by: by.login }));
  const id = run.state.id;
  return already(wish, run, approved ? controlLines.approve(id, path, sha) : controlLines.reject(id, path));
}

function refuseDecider(
  { by: { login } }: ControlWish,
  { spec }: ControlledRun,
  { path, by, facts }: { readonly path: string; readonly by: readonly string[]; readonly facts: ControlFacts },
): ControlVerdict | undefined {
  const named = by.filter((one) => one !== 'not_requester');
  if (named.length < by.length && spec.requester.login.toLowerCase() === login.toLowerCase())
    return refuse(controlRefusals.ownRun(login, path));
  if (named.length === 0 || facts.isNamedApprover === undefined || facts.isNamedApprover(named)) return undefined;
  return refuse(controlRefusals.notNamed(login, path, named));
}

/** What is approved is the commit that the person has seen: a push in between is no surprise. */
function refuseCommit(
  wish: ControlWish,
  about: {
    readonly path: string;
    readonly asked: number;
    readonly sha: string | undefined;
    readonly head: string | undefined;
  },
): ControlVerdict | undefined {
  const { path, sha, head } = about;
  if (head === undefined) return undefined;
  if (wish.sha !== undefined)
    return head.startsWith(wish.sha.toLowerCase())
      ? undefined
      : refuse(controlRefusals.shaIsNotHead(path, wish.sha, head));
  if (sha !== undefined && sha !== head) return refuse(controlRefusals.headMoved(path, sha, head));
  return about.asked > 1 ? refuse(controlRefusals.shaNeeded(path, head)) : undefined;
}
