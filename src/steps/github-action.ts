// The step type `github`: one typed write on the issue or pull request, capped, done once.
import type { StepContext, StepOutcome, StepResult } from '../engine/index.ts';
import type { RepositoryApi } from '../github/index.ts';
import type { Json, JsonObject } from '../support/index.ts';
import { isObject, oneLine, quotePosted, TroupeError } from '../support/index.ts';
import { pausedOutcome } from './common/branch.ts';
import { bodyText, commentOnce, stepMarker } from './common/comment-once.ts';
import { gitMessages as messages } from './common/git-messages.ts';
import type { StepServices, StepBody } from './common/types.ts';

/** The most labels or people in one step. */
const mostItems = 10;

interface Action {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly api: RepositoryApi;
  readonly params: JsonObject;
}

const actions: Readonly<Record<string, (action: Action) => Promise<StepResult>>> = {
  comment,
  label,
  unlabel,
  assign,
  'create-issue': createIssue,
  close,
};

/** The step type `github`. */
export const githubAction: StepBody = {
  type: 'github',
  async execute(context, services): Promise<StepOutcome> {
    const { config, params } = context.input;
    const given = isObject(config) ? config : {};
    const name = textOf(given['action']);
    const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (act === undefined) {
      throw new TroupeError('step/unsupported-operation', messages.unknownAction(name), { class: 'config' });
    }
    const paused = await pausedOutcome(context, services);
    if (paused !== undefined) return paused;
    const { api } = await services.workplace(context);
    if (api === undefined) throw new TroupeError('step/no-github', messages.needsGitHub(name), { class: 'config' });
    // an object of the step's input is JSON
    const keys = { ...given, ...(isObject(params) ? params : {}) } as JsonObject;
    return { kind: 'succeeded', result: await act({ context, services, api, params: keys }) };
  },
};

async function comment({ context, services, api, params }: Action): Promise<StepResult> {
  const number = numberOf(context, params, 'comment');
  const answer = await commentOnce(context, { services, api }, { number, body: textOf(params['body']) });
  return { outputs: { url: answer.url }, summary: messages.commented };
}

async function label({ context, api, params }: Action): Promise<StepResult> {
  const number = numberOf(context, params, 'label');
  const labels = namesOf(params, ['labels', 'label'], 'labels').map(notReserved);
  await once(context, `label:${number}:${labels.join(',')}`, () => api.addLabels(number, labels));
  return { outputs: { labels }, summary: messages.labelled(labels) };
}

async function unlabel({ context, api, params }: Action): Promise<StepResult> {
  const number = numberOf(context, params, 'unlabel');
  const labels = namesOf(params, ['labels', 'label'], 'labels').map(notReserved);
  await once(context, `unlabel:${number}:${labels.join(',')}`, async () => {
    for (const name of labels) await api.removeLabel(number, name);
  });
  return { outputs: { labels }, summary: messages.unlabelled(labels) };
}

async function assign({ context, api, params }: Action): Promise<StepResult> {
  const number = numberOf(context, params, 'assign');
  const logins = namesOf(params, ['assignees', 'assignee'], 'assignees');
  await once(context, `assign:${number}:${logins.join(',')}`, () => api.assign(number, logins));
  return { outputs: { assignees: logins }, summary: messages.assigned(logins) };
}

async function createIssue({ context, services, api, params }: Action): Promise<StepResult> {
  const marker = stepMarker(context);
  const title = oneLine(services.redactor.text(textOf(params['title']) || quotePosted(context.step.name, 'line')), 200);
  const labels = namesIn(params, ['labels'], 'labels').map(notReserved);
  const created = await context.effect({
    key: 'create-issue',
    what: `create the issue "${title}"`,
    async lookUp(): Promise<{ number: number; url: string } | undefined> {
      const found = await api.findIssue(marker);
      return found === undefined ? undefined : { number: found.number, url: found.url };
    },
    async apply(): Promise<{ number: number; url: string }> {
      await context.fence();
      const body = `${bodyText(services, textOf(params['body']))}\n\n${marker}`;
      const { number, url } = await api.createIssue({ title, body, labels });
      return { number, url };
    },
  });
  return { outputs: { ...created }, summary: messages.issueCreated(created.number) };
}

async function close({ context, api, params }: Action): Promise<StepResult> {
  const number = numberOf(context, params, 'close');
  await once(context, `close:${number}`, () => api.closeIssue(number));
  return { outputs: { number }, summary: messages.issueClosed(number) };
}

// Writes that end the same however often they are done: doing it again is the look-up.
async function once(context: StepContext, key: string, write: () => Promise<void>): Promise<void> {
  await context.effect({
    key,
    what: key,
    repeatable: true,
    lookUp: () => Promise.resolve(undefined),
    async apply(): Promise<Json> {
      await context.fence();
      await write();
      return null;
    },
  });
}

function numberOf(context: StepContext, params: JsonObject, action: string): number {
  const given = params['number'] ?? params['issue'];
  const own = context.spec.task.number ?? context.state.facts.pullRequest?.number;
  const number = typeof given === 'number' && Number.isInteger(given) && given > 0 ? given : own;
  if (number === undefined) throw new TroupeError('step/no-task', messages.needsNumber(action), { class: 'config' });
  return number;
}

function namesOf(params: JsonObject, keys: readonly string[], what: string): readonly string[] {
  const names = namesIn(params, keys, what);
  if (names.length > 0) return names;
  throw new TroupeError('step/missing-key', messages.missingKey('github', what), { class: 'config' });
}

/** The names under the first of the keys that is there. */
function namesIn(params: JsonObject, keys: readonly string[], what: string): readonly string[] {
  const value = keys.map((key) => params[key]).find((item) => item !== undefined);
  const names = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string' && item !== '');
  if (names.length > mostItems)
    throw new TroupeError('step/too-many', messages.tooMany(what, mostItems), { class: 'config' });
  // only texts passed the filter
  return names as readonly string[];
}

function notReserved(name: string): string {
  if (!name.toLowerCase().startsWith('troupe:')) return name;
  throw new TroupeError('step/reserved-label', messages.reservedLabel(name), { class: 'config' });
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
