// Event → task → workflow → run. Reads fresh state, lets pure functions decide, applies what they say, and tells why.
import type { AppIdentity } from '../github/index.ts';
import { classOf, isRunId, messageOf, TroupeError } from '../support/index.ts';
import type { RunId } from '../support/index.ts';
import { refusalOf } from './admit.ts';
import { isAllowed } from './allowed.ts';
import { apply } from './apply.ts';
import { controlRun } from './controls/control-run.ts';
import { createCache } from './file-source.ts';
import { wantedLabels } from './labels.ts';
import { reasons } from './messages.ts';
import { isBranchLost, onBranch } from './on-branch.ts';
import { isCheckWish, onCheck } from './on-check.ts';
import { onClosed } from './on-closed.ts';
import { commandsFor, onComment } from './on-comment.ts';
import type { Heard } from './on-comment.ts';
import { mayTrigger, onEvent } from './on-event.ts';
import { ignored, onLabel } from './on-label.ts';
import { isPausedLabel, onPausedLabel } from './on-paused-label.ts';
import { onRemoved } from './on-removed.ts';
import { asksForChanges, onReview } from './on-review.ts';
import { isPushOntoPull, onStranger } from './on-stranger.ts';
import { isPlainEvent, onPlainEvent } from './on-plain-event.ts';
import { isSuiteEnd, onSuite } from './on-suite.ts';
import { readHappening, readInstallation } from './payload.ts';
import type { Happening, InstallationChange } from './payload.ts';
import { createSerial } from './serial.ts';
import type { Serial } from './serial.ts';
import type { Coordinator, CoordinatorPorts, Decision, DeliveryToHandle, HandleResult, Why } from './types.ts';
import { createWorld } from './world.ts';
import type { Memory, World } from './world.ts';

/** The coordinator over its ports. Keeps nothing but texts of files and what checking them found. */
export function createCoordinator(ports: CoordinatorPorts): Coordinator {
  const memory: Memory = {
    texts: createCache(),
    checked: createCache(500),
    listings: createCache(500),
    recent: createCache(500),
  };
  const serial = createSerial();
  async function handle(delivery: DeliveryToHandle): Promise<HandleResult> {
    const result = await route(delivery);
    ports.log.info(
      {
        delivery: delivery.id,
        event: delivery.event,
        outcome: result.outcome,
        reason: result.reason,
        runs: result.runs,
        why: result.why,
      },
      'Event handled',
    );
    return result;
  }
  async function route(delivery: DeliveryToHandle): Promise<HandleResult> {
    const installation = readInstallation(delivery);
    if (installation !== undefined) return onInstallation(installation, ports, memory);
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
    const { comment } = happening;
    const commands = comment === undefined ? [] : await commandsFor(comment.body, identity.botLogin);
    const heard = { ...happening, commands };
    const key = `${happening.repository.id}#${happening.subject?.number ?? ''}`;
    // what people decide about runs is decided one after another: two at once are one decision
    const inTurn: Serial = isControl(heard)
      ? (own, work) => serial(own, () => serial(controlsOf(happening.repository.id), work))
      : serial;
    return inTurn(key, async () => {
      const decision = await decide(heard, world, ports);
      const carriesOut = ports.carriesOut?.(decision) ?? true;
      const runs = carriesOut ? await apply(decision.actions, { api: world.api, ports }) : [];
      return {
        outcome: decision.outcome,
        reason: decision.reason,
        why: decision.why,
        runs: [...(decision.already ?? []), ...runs],
      };
    });
  }
  return {
    handle,
    async control(request) {
      const spec = isRunId(request.run) ? await ports.journal.spec(request.run) : undefined;
      return serial(controlsOf(spec?.repository?.id ?? 0), () =>
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

function isControl(heard: Heard): boolean {
  return isCheckWish(heard) || isPausedLabel(heard) || heard.commands.length > 0;
}

async function decide(happening: Heard, world: World, ports: CoordinatorPorts): Promise<Decision> {
  const { name, subject, label, comment } = happening;
  if (isBranchLost(happening)) {
    const lost = await onBranch(happening, world.api, ports);
    return happening.event === 'push' ? both(lost, await onPush(happening, world, ports)) : lost;
  }
  if (happening.event === 'push') return onPush(happening, world, ports);
  if (isPlainEvent(happening)) return onPlainEvent(happening, world, ports);
  if (isCheckWish(happening)) return onCheck(happening, world, ports);
  if (isSuiteEnd(happening)) return onSuite(happening, world, ports);
  if (happening.event === 'repository') return ignored(happening, reasons.renamed());
  if (subject === undefined) return ignored(happening, reasons.unsupported(name));
  const about = { ...happening, subject };
  if (name === 'issue_comment.created' && comment !== undefined && happening.commands.length > 0)
    return onComment({ ...about, comment }, world, ports);
  if (isPausedLabel(happening)) return onPausedLabel(about, world, ports);
  if ((name === 'issues.labeled' || name === 'pull_request.labeled') && label !== undefined)
    return onLabel({ ...about, label }, world, ports);
  if (name === 'issues.closed' || name === 'pull_request.closed')
    return both(await onClosed(about, world, ports), await onEvent(about, world, ports));
  if (isPushOntoPull(happening)) return both(await onStranger(about, world, ports), await onEvent(about, world, ports));
  if (asksForChanges(happening)) {
    // a workflow that names the event stands above the rework of its own accord
    const triggered = await onEvent(about, world, ports);
    return triggered.outcome === 'ignored' ? both(await onReview(about, world, ports), triggered) : triggered;
  }
  if (!mayTrigger(happening)) return ignored(happening, reasons.unsupported(name));
  return onEvent(about, world, ports);
}

/** Two decisions about one event as one; the first that does something names the outcome. */
function both(first: Decision, second: Decision): Decision {
  const leading = first.outcome === 'ignored' && second.outcome !== 'ignored' ? second : first;
  return {
    outcome: leading.outcome,
    reason: leading.reason,
    why: [...first.why, ...second.why],
    actions: [...first.actions, ...second.actions],
    already: [...(first.already ?? []), ...(second.already ?? [])],
  };
}

/** A push that changes what Troupe is told in the repository: its labels follow (decision 35). */
async function onPush(happening: Happening, world: World, ports: CoordinatorPorts): Promise<Decision> {
  const started = isPlainEvent(happening)
    ? await onPlainEvent(happening, world, ports)
    : ignored(happening, reasons.unsupported(happening.name));
  const touched = happening.changedPaths?.some((path) => path.startsWith('.github/troupe')) ?? false;
  if (!touched) return started;
  const actions = wantedLabels((await world.catalogue()).candidates);
  return both({ outcome: 'acted', reason: reasons.labels(actions.length), why: [], actions }, started);
}

async function onInstallation(
  change: InstallationChange,
  ports: CoordinatorPorts,
  memory: Memory,
): Promise<HandleResult> {
  if (change.ended || change.removed.length > 0) return onRemoved(change, ports);
  return createLabels(change, ports, memory);
}

/** Labels for every repository of an installation. One repository that fails does not keep the others from theirs. */
async function createLabels(
  change: InstallationChange,
  ports: CoordinatorPorts,
  memory: Memory,
): Promise<HandleResult> {
  const identity = await ports.identity();
  const why: Why[] = [];
  let passing: unknown;
  for (const repository of change.repositories) {
    const fullName = `${repository.owner}/${repository.name}`;
    try {
      why.push(await labelsOf(fullName, repository, change.installationId, { identity, ports, memory }));
    } catch (error) {
      ports.log.warn(
        { repository: fullName, error: messageOf(error) },
        'The labels of a repository could not be created',
      );
      why.push({ topic: 'settings', subject: fullName, ok: false, detail: messageOf(error) });
      if (isPassing(error)) passing = error;
    }
  }
  if (passing !== undefined) throw passing;
  const done = why.some((one) => one.ok);
  return {
    outcome: done ? 'acted' : 'ignored',
    reason: why[0]?.detail ?? reasons.unsupported('installation'),
    why,
    runs: [] satisfies RunId[],
  };
}

async function labelsOf(
  fullName: string,
  repository: { readonly owner: string; readonly name: string },
  installationId: number,
  by: { readonly identity: AppIdentity; readonly ports: CoordinatorPorts; readonly memory: Memory },
): Promise<Why> {
  const no = (detail: string): Why => ({ topic: 'settings', subject: fullName, ok: false, detail });
  if (!isAllowed(fullName, by.ports.operator, by.identity)) return no(reasons.notAllowed(fullName));
  const info = await by.ports.api(installationId, repository.owner, repository.name).info();
  if (info.archived) return no(reasons.archived());
  const world = createWorld(by.ports, {
    repository: { ...repository, defaultBranch: info.defaultBranch },
    installationId,
    identity: by.identity,
    memory: by.memory,
  });
  const actions = wantedLabels((await world.catalogue()).candidates);
  await apply(actions, { api: world.api, ports: by.ports });
  return { topic: 'settings', subject: fullName, ok: true, detail: reasons.labels(actions.length) };
}

function isPassing(error: unknown): boolean {
  return error instanceof TroupeError && ['transient', 'rate_limit', 'timeout'].includes(classOf(error));
}

function nothing(event: string, reason: string): HandleResult {
  return { outcome: 'ignored', reason, why: [{ topic: 'event', subject: event, ok: false, detail: reason }], runs: [] };
}
