// A start that a host asks for by itself, as the step of an Action does: looked at from the same sides as a label or a command. Writes nothing.
import { defined } from '../support/index.ts';
import type { Task } from '../engine/index.ts';
import type { RunId } from '../support/index.ts';
import { refusalOf } from './admit.ts';
import { createCache } from './repository/file-source.ts';
import { reasons } from './common/messages.ts';
import { readHappening } from './common/payload.ts';
import type { Happening, Subject } from './common/payload.ts';
import { startRules } from './start-rules/index.ts';
import { considerStart } from './start/consider-start.ts';
import type { StartVerdict } from './start/consider-start.ts';
import type { CoordinatorPorts, DeliveryToHandle } from './common/types.ts';
import { createScene } from './repository/scene.ts';

/** A start that is asked for. */
export interface AskedStart {
  /** What happened; its payload needs repository, sender and installation. */
  readonly delivery: DeliveryToHandle;
  readonly runId: RunId;
  /** Absent: the triggers decide. */
  readonly workflowId?: string;
  readonly inputs: readonly (readonly [string, string])[];
  /** Stands above the issue or pull request of the event. */
  readonly subject?: Subject;
  /** What is to be done where no issue or pull request says it. */
  readonly task?: Task;
  /** Nobody's permission is asked. */
  readonly trusted?: boolean;
}

/** What becomes of it; undefined when the event is none that Troupe looks at, with the reason in `ignored`. */
export type AskedVerdict = StartVerdict | { readonly kind: 'ignored'; readonly reason: string };

/** Looks at a start that is asked for. The caller starts the run of a `start` verdict. */
export async function considerAsked(asked: AskedStart, ports: CoordinatorPorts): Promise<AskedVerdict> {
  const happening = readHappening(asked.delivery);
  if (happening === undefined) return { kind: 'ignored', reason: reasons.malformed() };
  const identity = await ports.identity();
  const refusal = asked.trusted === true ? undefined : refusalOf(happening, identity, ports.operator);
  if (refusal !== undefined) return { kind: 'ignored', reason: refusal.detail };
  const scene = createScene(ports, {
    repository: happening.repository,
    installationId: happening.installationId,
    identity,
    memory: { texts: createCache(), checked: createCache() },
  });
  const subject = asked.subject ?? happening.subject;
  return considerStart(
    {
      runId: asked.runId,
      happening,
      inputs: asked.inputs,
      offered: offeredBy(happening),
      by: 'asked',
      ...(subject === undefined || asked.task !== undefined ? {} : { subject }),
      ...defined({ task: asked.task, workflowId: asked.workflowId, trusted: asked.trusted }),
    },
    { scene, ports, startRules },
  );
}

/** What was filled in by hand, as text: the workflow says of which type it is. */
function offeredBy({ dispatchInputs = {} }: Happening): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(dispatchInputs).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
