// Carries a control to the process that drives the runs, or, where none does, takes its place for the moment. Holds no rules of its own.
import { userInfo } from 'node:os';
import { controlRun } from '../../coordinator/index.ts';
import type { ControlReply, ControlRequest } from '../../coordinator/index.ts';
import { foldRun, isRunOver } from '../../engine/index.ts';
import { askDriver, openStore } from '../../store/index.ts';
import type { Store } from '../../store/index.ts';
import { storeIn } from './data-dir.ts';
import { defined, isObject, isRunId, silentLogger, processClock, toJson, TroupeError } from '../../support/index.ts';
import type { Json } from '../../support/index.ts';

/** What a command asks for. */
export type Wish = Omit<ControlRequest, 'login' | 'from'>;

/** Whoever sits at the machine. */
function operatorLogin(): string {
  try {
    return userInfo().username;
  } catch {
    // a user of a container may have no name
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}

/** What came of it. `isIdle`: the run is one of a desk, and nobody drives it. */
export interface Reply extends ControlReply {
  readonly isIdle: boolean;
}

/** Does it in the owner's process, else here. Throws what the owner throws. */
export async function control(dataDir: string, wish: Wish): Promise<Reply> {
  const answer = await askOwner(dataDir, wish);
  if (answer !== undefined) return answer;
  const request = requestOf(wish);
  return withStore(dataDir, `troupe ${wish.verb}`, async ({ journal }) => {
    const reply = await controlRun(request, { journal, clock: processClock });
    const state = foldRun(await journal.read(reply.run));
    return { ...reply, isIdle: state.spec.host === 'cli' && !isRunOver(state.status) };
  });
}

/** Does it in the process that drives the runs of the data directory; undefined when none does. */
export async function askOwner(dataDir: string, wish: Wish): Promise<Reply | undefined> {
  const { verb, ...args } = requestOf(wish);
  const answer = await askDriver(storeIn(dataDir), verb, toJson(args));
  return answer === undefined ? undefined : { ...replyOf(answer.result), isIdle: false };
}

function requestOf(wish: Wish): ControlRequest {
  return { ...wish, login: operatorLogin(), from: 'cli' };
}

/** Puts a delivery back into the inbox, in the owner's process or here. */
export async function retryDelivery(dataDir: string, id: string): Promise<boolean> {
  const answer = await askDriver(storeIn(dataDir), 'inbox.retry', { id });
  if (answer !== undefined) return isObject(answer.result) && answer.result['retried'] === true;
  return withStore(dataDir, 'troupe inbox', (store) => store.inbox.retry(id));
}

/** Stops everything, or lets it go on: in the owner's process, or kept for whoever drives next. false: it was so already. */
export async function orderAll(dataDir: string, halted: boolean, reason: string | undefined): Promise<boolean> {
  const login = operatorLogin();
  const verb = halted ? 'everything.pause' : 'everything.resume';
  const answer = await askDriver(storeIn(dataDir), verb, { login, ...defined({ reason }) });
  if (answer !== undefined) return isObject(answer.result) && answer.result['changed'] === true;
  const order = { halted, at: processClock.now(), login, from: 'cli', reason: reason ?? null } as const;
  return withStore(dataDir, `troupe ${halted ? 'pause' : 'resume'}`, (store) => store.halts.set(order));
}

/** Owns the data directory for one piece of work. Throws `store/owned` when somebody drives without a socket. */
async function withStore<Result>(
  dataDir: string,
  what: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  // says that there is no data, instead of making some
  await (await openStore({ ...storeIn(dataDir), access: 'read' })).close();
  const store = await openStore({ ...storeIn(dataDir), clock: processClock, log: silentLogger, owner: { what } });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The same program answers: its shape is checked all the same. */
function replyOf(answer: Json): ControlReply {
  const fields = isObject(answer) ? answer : {};
  const [accepted, line, run] = [fields['accepted'], fields['line'], fields['run']];
  if (typeof run === 'string' && isRunId(run) && typeof line === 'string')
    return { accepted: accepted === true, line, run };
  throw new TroupeError('cli/control', 'The owner’s answer cannot be read', { class: 'failed' });
}
