// What is kept of a run that has ended: its journal, packed, and where that is still too much without what no later command needs in full. Pure.
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunEvent } from '../engine/index.ts';
import { defined, isObject, parseJson } from '../support/index.ts';
import type { Json, StepPath } from '../support/index.ts';

/** A journal as it is kept. `cut`: steps whose outputs are not whole any more; whoever needs those does the step again. */
export interface SmallJournal {
  readonly packed: string;
  readonly cut: readonly StepPath[];
}

/** The most that a packed journal takes, where that can be reached. */
export const mostPackedBytes = 48 * 1024;
/** The most that is read of one: more was not written by us. */
const mostReadBytes = 256 * 1024 * 1024;
/** How long a text and a list may stay, tried in this order. Ids and hashes are shorter than the least of them. */
const tries = [4096, 1024, 256] as const;

/** Packs the journal; `redact` sees the text as it will be read. */
export function packJournal(events: readonly RunEvent[], redact: (text: string) => string): SmallJournal {
  const pack = (some: readonly RunEvent[]): string => gzipSync(redact(JSON.stringify(some))).toString('base64');
  const whole = pack(events);
  if (whole.length <= mostPackedBytes) return { packed: whole, cut: [] };
  const lean = events.map(withoutWork);
  let found: SmallJournal = { packed: pack(lean), cut: [] };
  for (const most of tries) {
    if (found.packed.length <= mostPackedBytes) break;
    const cut = new Set<StepPath>();
    const short = lean.map((event) => shortened(event, most, cut));
    found = { packed: pack(short.map((event) => withoutHash(event, cut))), cut: [...cut] };
  }
  return found;
}

/** The journal again. Throws where the text holds none. */
export function unpackJournal(packed: string): unknown {
  return parseJson(gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: mostReadBytes }).toString('utf8'));
}

/** What only the attempt itself needed: what it was told, and how far it had come. */
function withoutWork(event: RunEvent): RunEvent {
  if (event.type === 'step.started') return { ...event, data: { ...event.data, input: null } };
  if (event.type !== 'step.succeeded' && event.type !== 'step.reused') return event;
  const { evidence, ...result } = event.data.result;
  if (evidence === undefined) return event;
  const proofs = evidence.map(({ by, command, exitCode, tests }) => ({
    by,
    command,
    exitCode,
    ...defined({ tests }),
  }));
  // the same event but for that
  return { ...event, data: { ...event.data, result: { ...result, evidence: proofs } } } as RunEvent;
}

/** What people and personas wrote, shorter. What the fold goes by (definition, facts, items, effects) stays. */
function shortened(event: RunEvent, most: number, cut: Set<StepPath>): RunEvent {
  switch (event.type) {
    case 'step.succeeded':
    case 'step.reused': {
      const { facts, outputs, ...said } = event.data.result;
      const less = shorter(outputs as Json, most); // a map of JSON
      if (event.step !== undefined && less !== outputs) cut.add(event.step);
      const result = { ...(shorter(said as unknown as Json, most) as object), outputs: less, ...(facts && { facts }) };
      return { ...event, data: { ...event.data, result } } as RunEvent; // of the shape that it had
    }
    case 'step.failed':
    case 'step.retry_scheduled':
    case 'step.checkpoint':
    case 'step.progress':
    case 'step.waiting':
    case 'signal.received':
    case 'question.asked':
    case 'question.answered':
    case 'ticket.answered':
    case 'run.finished':
      return { ...event, data: shorter(event.data as unknown as Json, most) } as unknown as RunEvent; // as above
    default:
      return event;
  }
}

/** A step that is not whole is never taken over as done: what it was asked is unlike whatever it is asked later. */
function withoutHash(event: RunEvent, cut: ReadonlySet<StepPath>): RunEvent {
  if (event.type !== 'step.started' || event.step === undefined || !cut.has(event.step)) return event;
  return { ...event, data: { ...event.data, inputHash: '' } };
}

/** The value with long texts and lists cut; the very same where nothing is too long. */
function shorter(value: Json, most: number): Json {
  if (typeof value === 'string') return value.length <= most ? value : `${value.slice(0, most)} … (not kept)`;
  if (Array.isArray(value)) {
    const kept = value.slice(0, most).map((one: Json) => shorter(one, most));
    return kept.length === value.length && kept.every((one, at) => one === value[at]) ? value : kept;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const kept = entries.map(([key, one]) => [key, shorter(one, most)] as const);
  return kept.every(([, one], at) => one === entries[at]?.[1]) ? value : Object.fromEntries(kept);
}
