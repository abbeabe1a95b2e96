// What steps use of the world, wired: sandbox, providers, workplace, artifacts, the pull request's texts, the pause label.
import { isUtf8 } from 'node:buffer';
import type { RunState, StepContext, Tickets } from '../engine/index.ts';
import type { Persona, Sandbox, Sandboxes } from '../personas/index.ts';
import type { StepServices } from '../steps/index.ts';
import type { Blobs } from '../store/index.ts';
import { callbackPath } from '../support/index.ts';
import type { Clock, Logger, Redactor } from '../support/index.ts';
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
  /** Where others reach this server; absent: nobody can call back. */
  readonly publicUrl?: string;
  readonly sandboxes: Sandboxes;
  /** The operator's `sandbox:`. `off`: tier 0, and outsiders' tasks are taken. */
  readonly sandbox: 'required' | 'auto' | 'off';
  readonly providers: HostProviders;
  readonly workplaces: Workplaces;
  pullRequestText(state: RunState, stage: 'draft' | 'final'): { readonly title: string; readonly body: string };
}

/** The services of one host. */
export function createStepServices(ports: StepServicePorts): StepServices {
  const isPaused = pausedReader(ports);
  return {
    clock: ports.clock,
    log: ports.log,
    redactor: ports.redactor,
    workplace: ports.workplaces,
    sandbox: (wanted) => sandboxOf(ports, wanted),
    sandboxOff: ports.sandbox === 'off',
    provider: (name) => ports.providers.get(name),
    providerNames: [...ports.providers.names],
    tickets: ports.tickets,
    blobs: ports.blobs,
    ...(ports.publicUrl === undefined ? {} : { callbackUrl: callbackUrlOf(ports.publicUrl) }),
    isPaused,
    pullRequestText: (context, stage) => ports.pullRequestText(context.state, stage),
    async keepArtifact(context, name, mediaType, content) {
      const bytes = redacted(ports.redactor, content);
      const sha256 = await ports.blobs.put(bytes);
      await context.record?.({ type: 'artifact.added', data: { name, sha256, bytes: bytes.length, mediaType } });
      return { sha256, bytes: bytes.length };
    },
  };
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

function sandboxOf(ports: StepServicePorts, wanted: Persona['sandbox']): Sandbox {
  // the operator's word stands above the persona file's: a repository may ask for more walls, never for fewer
  if (ports.sandbox === 'off') return ports.sandboxes.of('off');
  return ports.sandboxes.of(wanted === 'env' || wanted === 'off' ? undefined : wanted);
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
