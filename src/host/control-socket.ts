// The control socket of the process that drives: what the command line asks of the process that drives. The same controls as comments and buttons; no rules of its own.
import { controlVerbs } from '../coordinator/index.ts';
import type { ControlRequest, Coordinator } from '../coordinator/index.ts';
import type { ControlHandler, ControlServer, Store } from '../store/index.ts';
import { isObject, toJson, TroupeError, defined } from '../support/index.ts';
import type { Json } from '../support/index.ts';
import type { HaltSwitch } from './halt-switch.ts';
import { controlMessages } from './messages.ts';

/** The verb of the socket that puts a delivery back into the inbox. */
const retryDelivery = 'inbox.retry';

/** Answers until it is closed. */
export function startControl({
  store,
  coordinator,
  halting,
}: {
  readonly store: Pick<Store, 'answer' | 'inbox'>;
  readonly coordinator: Pick<Coordinator, 'control'>;
  readonly halting: Pick<HaltSwitch, 'set'>;
}): Promise<ControlServer> {
  const handlers: Record<string, ControlHandler> = {
    [retryDelivery]: async (args) => ({ retried: await store.inbox.retry(textOf(args, 'id') ?? '') }),
    'everything.pause': async (args) => ({ changed: await halting.set(orderOf(true, args)) }),
    'everything.resume': async (args) => ({ changed: await halting.set(orderOf(false, args)) }),
  };
  for (const verb of controlVerbs)
    handlers[verb] = async (args) => toJson(await coordinator.control(requestOf(verb, args)));
  return store.answer(handlers);
}

function requestOf(verb: ControlRequest['verb'], args: Json): ControlRequest {
  const run = textOf(args, 'run');
  if (run === undefined) throw new TroupeError('control/no-run', controlMessages.noRun(verb), { class: 'config' });
  const step = textOf(args, 'step');
  const sha = textOf(args, 'sha');
  const text = textOf(args, 'text');
  return {
    verb,
    run,
    login: textOf(args, 'login') ?? 'operator',
    from: 'cli',
    ...defined({ step, sha, text }),
  };
}

function orderOf(halted: boolean, args: Json): Parameters<HaltSwitch['set']>[0] {
  const login = textOf(args, 'login') ?? 'operator';
  return { halted, login, from: 'cli', reason: textOf(args, 'reason') ?? null };
}

function textOf(args: Json, name: string): string | undefined {
  const value: unknown = isObject(args) ? args[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
