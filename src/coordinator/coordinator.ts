// Event → task → workflow → run. Asks the handlers in their order, applies what they decide, and tells why.
import type { RunSpec } from '../engine/index.ts';
import type { RepositoryApi } from '../github/index.ts';
import { isRunId } from '../support/index.ts';
import type { Locks, RunId } from '../support/index.ts';
import { refusalOf } from './admit.ts';
import { apply } from './common/apply.ts';
import { commandBook } from './commands/index.ts';
import { controlRun } from './controls/control-run.ts';
import type { ControlReply, ControlRequest } from './controls/control-run.ts';
import { rateReached } from './common/rate.ts';
import { ignored, together } from './common/decisions.ts';
import { createAbsences, ownersKey } from './repository/absences.ts';
import { createCache } from './repository/file-source.ts';
import { commandsIn } from './handlers/commands.ts';
import { installationHandlers } from './handlers/index.ts';
import type { Handler, HandlerContext, Heard } from './handlers/index.ts';
import { reasons } from './common/messages.ts';
import { readHappening, readInstallation } from './common/payload.ts';
import { registries } from './registries.ts';
import type { Registries } from './registries.ts';
import type { CoordinatorPorts, Decision, DeliveryToHandle, HandleResult, Why } from './common/types.ts';
import { createScene } from './repository/scene.ts';
import type { Memory } from './repository/scene.ts';

/** Turns deliveries into runs and answers. Handling the same delivery again changes nothing. */
export interface Coordinator {
  handle(delivery: DeliveryToHandle): Promise<HandleResult>;
  /** A control by whoever sits at the machine. Throws `control/no-run`. */
  control(request: ControlRequest): Promise<ControlReply>;
}

/**
 * The coordinator over its ports. Keeps nothing but texts of files and what checking them found. `given`: handlers, rules and
 * commands in place of Troupe's own; plugins and tests hand in more.
 */
export function createCoordinator(ports: CoordinatorPorts, given: Partial<Registries> = {}): Coordinator {
  const memory: Memory = {
    texts: createCache(),
    checked: createCache(500),
    listings: createCache(500),
    recent: createCache(500),
    absences: createAbsences(ports.clock),
  };
  const { handlers, startRules, ...known } = { ...registries, ...given };
  const parts: Parts = { ports, memory, handlers, startRules, commands: commandBook(known.commands) };
  return {
    async handle(delivery) {
      const result = await route(delivery, parts);
      const { outcome, reason, runs, why } = result;
      ports.log.info({ delivery: delivery.id, event: delivery.event, outcome, reason, runs, why }, 'Event handled');
      return result;
    },
    async control(request) {
      const spec = isRunId(request.run) ? await ports.journal.spec(request.run) : undefined;
      const api = await apiOf(spec?.repository, ports);
      return ports.locks.hold(controlsOf(spec?.repository?.id ?? 0), () =>
        controlRun(request, {
          journal: ports.journal,
          clock: ports.clock,
          mostUsd: ports.operator.limits.costUsdPerRun,
          rate: async ({ repository, requester }) =>
            repository === undefined ? undefined : rateReached({ repository, requester: requester.login }, ports),
          repository: () => api,
        }),
      );
    },
  };
}

/** What a coordinator is made of. */
interface Parts extends Omit<HandlerContext, 'scene'> {
  readonly memory: Memory;
  readonly handlers: readonly Handler[];
}

async function route(delivery: DeliveryToHandle, { ports, memory, handlers, ...parts }: Parts): Promise<HandleResult> {
  const change = readInstallation(delivery);
  if (change !== undefined) memory.absences?.forget(ownersKey(change.account));
  const installation = change && installationHandlers.find((one) => one.matches(change));
  if (change !== undefined && installation !== undefined) return installation.handle(change, ports, memory);
  const happening = readHappening(delivery);
  if (happening === undefined) return nothing(delivery.event, reasons.malformed());
  // whatever happened to it: what is in it may be new
  if (happening.repository.name === '.github') memory.absences?.forget(ownersKey(happening.repository.owner));
  ports.places?.heard({ ...happening.repository, installationId: happening.installationId });
  const identity = await ports.identity();
  const refusal = refusalOf(happening, identity, ports.operator);
  if (refusal !== undefined) return { outcome: 'ignored', reason: refusal.detail, why: [refusal], runs: [] };
  const scene = createScene(ports, {
    repository: happening.repository,
    installationId: happening.installationId,
    identity,
    memory,
    receivedAt: delivery.receivedAt,
  });
  const { comment, repository, subject } = happening;
  const written = comment === undefined ? [] : await commandsIn(comment.body, identity.botLogin, parts.commands);
  const heard = { ...happening, commands: written };
  const asked = handlers.filter((handler) => handler.matches(heard));
  const isControl = asked.some((handler) => handler.isControl === true);
  const { locks } = ports;
  const inTurn: Locks['hold'] = isControl
    ? (own, work) => locks.hold(own, () => locks.hold(controlsOf(repository.id), work))
    : (own, work) => locks.hold(own, work);
  return inTurn(`${repository.id}#${subject?.number ?? ''}`, async () => {
    const decision = await decide(heard, asked, { scene, ports, ...parts });
    const carriesOut = ports.carriesOut?.(decision) ?? true;
    const runs = carriesOut ? await apply(decision.actions, { api: scene.api, ports }) : [];
    const { outcome, reason, why, already = [] } = decision;
    return { outcome, reason, why, runs: [...already, ...runs] };
  });
}

/** The repository's API, wherever it is now; undefined where there is none to ask. */
async function apiOf(
  repository: RunSpec['repository'],
  { places, api }: CoordinatorPorts,
): Promise<RepositoryApi | undefined> {
  if (repository?.installationId === undefined) return undefined;
  const kept = { ...repository, installationId: repository.installationId };
  const place = (await places?.of(kept)) ?? kept;
  return api(place.installationId, place.owner, place.name);
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
