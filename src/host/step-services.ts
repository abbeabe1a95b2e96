// What steps use, wired: sandbox, providers, workplace, artifacts, the pull request's texts, the pause label.
import { isUtf8 } from 'node:buffer';
import { ClaimLost } from '../engine/index.ts';
import type { Journal, Limit, RunState, StepContext, Tickets } from '../engine/index.ts';
import type { OwnPart } from '../github/index.ts';
import type { Sandboxes } from '../personas/index.ts';
import type { ProviderGate, StepServices } from '../steps/index.ts';
import type { Blobs } from '../store/index.ts';
import { callbackPath, defined } from '../support/index.ts';
import type { Clock, Logger, Redactor, Troubles } from '../support/index.ts';
import type { HostProviders } from './providers.ts';
import type { Workplaces } from './workplaces.ts';

/** The label that holds a task: nothing new starts while it is on. */
const pausedLabel = 'troupe:paused';
/** How long an answer about the label counts as fresh: one decision reads it several times. */
const pausedFreshMs = 3_000;

/** What the services are made of. */
export interface StepServicePorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly blobs: Blobs;
  readonly tickets: Tickets;
  readonly journal: Pick<Journal, 'post'>;
  readonly gate: ProviderGate;
  readonly homes: StepServices['homes'];
  readonly desks: StepServices['desks'];
  readonly sources: StepServices['sources'];
  readonly requests: StepServices['requests'];
  readonly troubles?: Troubles;
  /** Where others reach this server; absent: nobody can call back. */
  readonly publicUrl?: string;
  /** Under the operator's rule. */
  readonly sandboxes: Pick<Sandboxes, 'of'>;
  /** The operator's `sandbox:`. `off`: outsiders' tasks are taken without a boundary. */
  readonly sandbox: 'required' | 'auto' | 'off';
  /** The operator's `gateway.for`. */
  readonly gatewayFor?: 'outsiders' | 'all';
  readonly providers: HostProviders;
  readonly workplaces: Workplaces;
  /** Limits that the run shares with others. */
  sharedLimits(state: RunState): Promise<readonly Limit[]>;
  pullRequestPart(state: RunState, stage: 'draft' | 'final'): OwnPart;
}

/** The services of one host. */
export function createStepServices(ports: StepServicePorts): StepServices {
  const isPaused = pausedReader(ports);
  return {
    clock: ports.clock,
    log: ports.log,
    redactor: ports.redactor,
    workplace: ports.workplaces,
    sandbox: (wanted) => ports.sandboxes.of(wanted),
    sandboxOff: ports.sandbox === 'off',
    ...(ports.gatewayFor === 'outsiders' ? { outsidersTier: 'gateway' as const } : {}),
    sharedLimits: (context) => ports.sharedLimits(context.state),
    provider: (name) => ports.providers.get(name),
    providerNames: [...ports.providers.names],
    tickets: ports.tickets,
    gate: ports.gate,
    ...defined({ homes: ports.homes, desks: ports.desks, sources: ports.sources, requests: ports.requests }),
    ...defined({ troubles: ports.troubles }),
    blobs: ports.blobs,
    ...(ports.publicUrl === undefined ? {} : { callbackUrl: callbackUrlOf(ports.publicUrl) }),
    isPaused,
    pullRequestPart({ state }, stage, pullRequest) {
      const facts = { ...state.facts, ...defined({ pullRequest }) };
      return ports.pullRequestPart({ ...state, facts }, stage);
    },
    async keepArtifact(context, { name, mediaType, content, evenWhenOver }) {
      const bytes = redacted(ports.redactor, content);
      const sha256 = await ports.blobs.put(bytes);
      const added = { type: 'artifact.added', data: { name, sha256, bytes: bytes.length, mediaType } } as const;
      if (evenWhenOver === true && isOver(context))
        await ports.journal.post(context.run, { ...added, ...stepOf(context) });
      else await context.record?.(added);
      return { sha256, bytes: bytes.length };
    },
  };
}

/** What it records itself is taken no more. Whose claim is lost writes nothing at all. */
function isOver({ signal }: StepContext): boolean {
  return signal.aborted && !(signal.reason instanceof ClaimLost);
}

function stepOf({ path, attempt }: StepContext): { readonly step: StepContext['path']; readonly attempt: number } {
  return { step: path, attempt };
}

function callbackUrlOf(publicUrl: string): (requestId: string) => string {
  return (requestId) => `${publicUrl}${callbackPath(requestId)}`;
}

/** Bytes that are no text in UTF-8 stay the bytes they are. */
function redacted(redactor: Redactor, content: string | Uint8Array): Buffer {
  if (typeof content === 'string') return Buffer.from(redactor.text(content), 'utf8');
  const encoding = isUtf8(content) ? 'utf8' : 'latin1';
  return Buffer.from(redactor.text(Buffer.from(content).toString(encoding)), encoding);
}

/** Steps that start together share one reading: it is made after each of them asked, or was under way. */
function pausedReader(ports: StepServicePorts): StepServices['isPaused'] {
  const answers = new Map<string, { readonly at: number; readonly paused: Promise<boolean> }>();
  async function read(context: StepContext, number: number): Promise<boolean> {
    const { api } = await ports.workplaces(context);
    const issue = await api?.issue(number);
    return issue?.labels.includes(pausedLabel) ?? false;
  }
  return async function isPaused(context: StepContext) {
    const { kind, number } = context.spec.task;
    if (number === undefined || kind === 'cli' || kind === 'none') return false;
    const now = ports.clock.now();
    const known = answers.get(context.run);
    if (known !== undefined && now - known.at < pausedFreshMs) return known.paused;
    for (const [run, answer] of answers) if (now - answer.at > pausedFreshMs) answers.delete(run);
    const asked = { at: now, paused: read(context, number) };
    answers.set(context.run, asked);
    // A failure is for those who asked; the next one asks again.
    asked.paused.catch(() => answers.get(context.run) === asked && answers.delete(context.run));
    return asked.paused;
  };
}
