// Provider `dispatch`: a runner of GitHub does the work. A workflow is dispatched once per request; the job fetches it, and calls back with its answer.
import { classOf, defined, messageOf, TroupeError } from '../../support/index.ts';
import type { ErrorClass } from '../../support/index.ts';
import { dispatchMessages as say } from '../dispatch/messages.ts';
import { requestBody } from '../remote/request-body.ts';
import { readReply } from '../remote/read-reply.ts';
import { sealRequest } from '../remote/sealed-request.ts';
import { providerMessages } from '../model/messages.ts';
import type {
  PersonaTask,
  Provider,
  ProviderAnswer,
  ProviderContext,
  ProviderServices,
  Ticket,
} from '../model/types.ts';
import { errorResult } from '../result/parse-result.ts';
import { dispatchProblems } from './dispatch-config.ts';
import type { DispatchConfig } from './dispatch-config.ts';
import { giveUpOn, lookFor, lookLater, runOf, workflowsOf } from './dispatch-look.ts';
import type { DispatchLine } from './dispatch-look.ts';
import { takesSource } from './takes-source.ts';

/** A provider of a checked configuration. */
export function createDispatchProvider(config: DispatchConfig, services: ProviderServices): Provider {
  const line: DispatchLine = { config, services };
  return {
    name: config.name,
    strategies: new Set(['callback'] as const),
    callsBack: true,
    answersOnce: true,
    takesSource: takesSource(config, services),
    check: (persona) => Promise.resolve(dispatchProblems(config, persona, services)),
    start: (task, ticket, context) => send({ line, task, ticket, context }),
    resume: async (task, { ticket, reply }, context) =>
      reply === undefined ? sendOnce({ line, task, ticket, context }) : { answer: readReply(task, reply) },
    look: (ticket, reach) => lookFor(line, ticket, reach),
    release: (ticket, reach) => giveUpOn(line, ticket, reach),
  };
}

interface Sending {
  readonly line: DispatchLine;
  readonly task: PersonaTask;
  readonly ticket: Ticket;
  readonly context: ProviderContext;
}

/** Nobody knows whether it was sent: it is looked up, and sent where nothing is found. */
async function sendOnce(sending: Sending): Promise<ProviderAnswer> {
  const { line, ticket, context } = sending;
  try {
    const now = context.clock.now();
    const found = await runOf(line, ticket, now);
    if (found !== undefined) return { waiting: lookLater(ticket, { now, run: found.id }) };
  } catch (error) {
    return { answer: failed(line, error) };
  }
  return send(sending);
}

async function send({ line, task, ticket, context }: Sending): Promise<ProviderAnswer> {
  const { clock, signal, progress, allowance, callback } = context;
  const { workflow, key, ref } = line.config.options;
  progress(say.asks(workflow));
  const body = JSON.stringify(requestBody(task, ticket, defined({ allowance, callback })));
  const laid = await context.offer?.(body);
  if (laid === undefined) return { answer: errorResult('config', providerMessages.noAddress(line.config.name)) };
  const later = (run?: number): ProviderAnswer => ({
    waiting: lookLater(ticket, { now: clock.now(), ...defined({ run }) }),
  });
  // whoever has fetched it was dispatched, whether GitHub shows that yet or not
  if (laid.isTaken) {
    progress(say.taken());
    return later();
  }
  if (signal.aborted) return { answer: errorResult('cancelled', providerMessages.cancelled()) };
  const { requestId } = ticket;
  const sealed = sealRequest(line.services.secret(key) ?? '', { requestId, url: laid.url });
  try {
    const inputs = { id: requestId, request: sealed };
    return later(await workflowsOf(line).dispatch(requestId, { workflow, inputs, ...defined({ ref }) }));
  } catch (error) {
    // a run of it may be there: it is looked for, and never dispatched twice
    if (error instanceof TroupeError && error.code === 'github/unclear') return later();
    return { answer: failed(line, error) };
  }
}

function failed({ config }: DispatchLine, error: unknown) {
  const { workflow } = config.options;
  const kind = kindOf(error);
  const isMissing = error instanceof TroupeError && error.code === 'github/not-found';
  const message = isMissing ? say.noSuchWorkflow(workflow) : say.refused(workflow, messageOf(error));
  const retryAfterMs = error instanceof TroupeError ? error.retryAfterMs : undefined;
  return { ...errorResult(kind, message), error: { class: kind, message, ...defined({ retryAfterMs }) } };
}

/** What GitHub refuses it refuses again: somebody has to change the workflow or the App. */
function kindOf(error: unknown): ErrorClass {
  const kind = classOf(error);
  return kind === 'failed' ? 'config' : kind;
}
