// Event → task → workflow → run. Asks the handlers in their order, applies what they decide, and tells why.
import { isRunId } from '../support/index.ts';
import type { Locks, RunId } from '../support/index.ts';
import { refusalOf } from './admit.ts';
import { apply } from './apply.ts';
import { commandBook } from './commands/index.ts';
import { controlRun } from './controls/control-run.ts';
import { ignored, together } from './decisions.ts';
import { createCache } from './file-source.ts';
import { commandsIn } from './handlers/commands.ts';
import { installationHandlers } from './handlers/index.ts';
import type { Handler, HandlerContext, Heard } from './handlers/index.ts';
import { reasons } from './messages.ts';
import { readHappening, readInstallation } from './payload.ts';
import { registries as builtIn } from './registries.ts';
import type { Coordinator, CoordinatorPorts, Decision, DeliveryToHandle, HandleResult, Why } from './types.ts';
import { createWorld } from './world.ts';
import type { Memory } from './world.ts';

/** The coordinator over its ports. Keeps nothing but texts of files and what checking them found. */
export function createCoordinator(ports: CoordinatorPorts): Coordinator {
  const memory: Memory = {
    texts: createCache(),
    checked: createCache(500),
    listings: createCache(500),
    recent: createCache(500),
  };
  const { locks } = ports;
  const handlers = ports.registries?.handlers ?? builtIn.handlers;
  const commands = commandBook(ports.registries?.commands ?? builtIn.commands);

  async function handle(delivery: DeliveryToHandle): Promise<HandleResult> {
    const result = await route(delivery);
    const { outcome, reason, runs, why } = result;
    ports.log.info({ delivery: delivery.id, event: delivery.event, outcome, reason, runs, why }, 'Event handled');
    return result;
  }

  async function route(delivery: DeliveryToHandle): Promise<HandleResult> {
    const change = readInstallation(delivery);
    const installation = change && installationHandlers.find((one) => one.matches(change));
    if (change !== undefined && installation !== undefined) return installation.handle(change, ports, memory);
    const happening = readHappening(delivery);
    if (happening === undefined) return nothing(delivery.event, reasons.malformed());
    const identity = await ports.identity();
    const refusal = refusalOf(happening, identity, ports.operator);
    if (refusal !== undefined) return { outcome: 'ignored', reason: refusal.detail, why: [refusal], runs: [] };
    const world = createWorld(ports, {
      repository: happening.repository,
      installationId: happening.installationId,
      identity,
      memory,
      receivedAt: delivery.receivedAt,
    });
    const { comment, repository, subject } = happening;
    const written = comment === undefined ? [] : await commandsIn(comment.body, identity.botLogin, commands);
    const heard = { ...happening, commands: written };
    const asked = handlers.filter((handler) => handler.matches(heard));
    const isControl = asked.some((handler) => handler.isControl === true);
    const inTurn: Locks['hold'] = isControl
      ? (own, work) => locks.hold(own, () => locks.hold(controlsOf(repository.id), work))
      : (own, work) => locks.hold(own, work);
    return inTurn(`${repository.id}#${subject?.number ?? ''}`, async () => {
      const decision = await decide(heard, asked, { world, ports, commands });
      const carriesOut = ports.carriesOut?.(decision) ?? true;
      const runs = carriesOut ? await apply(decision.actions, { api: world.api, ports }) : [];
      const { outcome, reason, why, already = [] } = decision;
      return { outcome, reason, why, runs: [...already, ...runs] };
    });
  }

  return {
    handle,
    async control(request) {
      const spec = isRunId(request.run) ? await ports.journal.spec(request.run) : undefined;
      return locks.hold(controlsOf(spec?.repository?.id ?? 0), () =>
        controlRun(request, {
          journal: ports.journal,
          clock: ports.clock,
          mostUsd: ports.operator.limits.costUsdPerRun,
          repository: ({ repository }) =>
            repository?.installationId === undefined
              ? undefined
              : ports.api(repository.installationId, repository.owner, repository.name),
        }),
      );
    },
  };
}

function controlsOf(repositoryId: number): string {
  return `controls of ${repositoryId}`;
}

/** Asks the handlers that match, in their order, until one of them ends it. */
export async function decide(
  happening: Heard,
  handlers: readonly Handler[],
  context: HandlerContext,
): Promise<Decision> {
  let decision: Decision | undefined;
  let isStandIn = false;
  for (const handler of handlers) {
    const said = noted(handler, await handler.decide(happening, context));
    // who is asked because the one before found nothing to do has the better reason, where that finds nothing either
    decision = decision === undefined ? said : isStandIn ? together(said, decision) : together(decision, said);
    isStandIn = handler.then === 'go on if idle';
    if (handler.then === 'stop' || (handler.then === 'go on if idle' && said.outcome !== 'ignored')) break;
  }
  return decision ?? ignored(happening, reasons.unsupported(happening.name));
}

/** The decision, with who made it. */
function noted(handler: Handler, decision: Decision): Decision {
  const by: Why = { topic: 'handler', subject: handler.name, ok: true, detail: handler.answersTo };
  return { ...decision, why: [by, ...decision.why] };
}

function nothing(event: string, reason: string): HandleResult {
  const runs: RunId[] = [];
  return { outcome: 'ignored', reason, why: [{ topic: 'event', subject: event, ok: false, detail: reason }], runs };
}
