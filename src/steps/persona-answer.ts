// An answer in hand: counted, checked and redacted, and in the journal before anything else is done with it. After that a death asks nobody again.
import { checkOutputs, estimated } from '../personas/index.ts';
import type { Artifact, PersonaResult, ResultChanges, Ticket } from '../personas/index.ts';
import { ClaimLost, PaidFailure } from '../engine/index.ts';
import type { StepContext } from '../engine/index.ts';
import { defined, isObject, isSha, parseJson, toJson, wallOf } from '../support/index.ts';
import type { Json, JsonObject, Redactor } from '../support/index.ts';
import { personaStepMessages } from './common/messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { failureIn } from './persona-failure.ts';
import type { OpenTicket } from './persona-ticket.ts';
import type { StepServices } from './common/types.ts';

/** What a persona gave. */
export interface Given {
  readonly answer: PersonaResult;
  readonly artifacts: readonly Artifact[];
  /** As they came. */
  readonly changes?: ResultChanges;
}

/** The checkpoint of an answer that was given: its request, and the blobs that keep it. */
export interface HandedIn extends OpenTicket {
  readonly kept: string;
  readonly changes?: {
    readonly kind: ResultChanges['kind'];
    readonly base?: ResultChanges['base'];
    readonly sha256: string;
  };
}

interface Asking {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
}

/** The answer as it counts: with its price, held against the schemas, without secrets. */
export async function settled(
  { services, choice }: Pick<Asking, 'services' | 'choice'>,
  { requestId }: Ticket,
  got: PersonaResult,
): Promise<Given> {
  const { artifacts = [], changes, ...rest } = got;
  const usage = await usageOf(rest, choice);
  const done: PersonaResult = { ...rest, usage: { ...usage, request: requestId } };
  const checked = checkOutputs(done, choice.outputSchemas);
  // a megabyte of one persona holds up nobody else
  await services.redactor.lookThrough(toJson([checked, artifacts.map(({ content }) => content)]));
  return {
    answer: redacted(checked, services.redactor),
    artifacts: artifacts.map((one) => ({ ...one, content: services.redactor.text(one.content) })),
    ...defined({ changes }),
  };
}

/** Puts an answer that was given at once into the journal. One that comes later lies in the row of its ticket, and what is no result is told as a failure. */
export async function keepHandedIn(asking: Asking, open: OpenTicket, got: PersonaResult): Promise<void> {
  const { context, services, choice } = asking;
  // who cancels does not want it, and who stops leaves it where it lies
  if (open.ticket.strategy !== 'immediate' || context.signal.aborted) return;
  const given = await settled(asking, open.ticket, got);
  const { answer, changes, artifacts } = given;
  if (failureIn(choice, answer, wallOf(services.clock).getTime()) !== undefined) return;
  try {
    const kept = await services.blobs.put(Buffer.from(JSON.stringify({ answer, artifacts }), 'utf8'));
    const sent = changes === undefined ? undefined : { ...changes, sha256: await services.blobs.put(changes.content) };
    const { content: _bytes, ...about } = sent ?? {};
    await context.checkpoint({
      ...(toJson(open) as JsonObject), // an object is one as JSON
      phase: 'handed-in',
      kept,
      ...(sent === undefined ? {} : { changes: toJson(about) }),
      usage: toJson(answer.usage),
    });
  } catch (error) {
    throw error instanceof ClaimLost ? error : new PaidFailure(error, answer.usage);
  }
}

/** What came beside the answer, for people to look at. */
export async function keepArtifacts(
  { context, services, choice }: Asking,
  { answer, artifacts }: Given,
): Promise<void> {
  try {
    context.signal.throwIfAborted();
    context.progress(personaStepMessages.answered(choice.persona.name));
    for (const { name, mediaType, content } of artifacts)
      await services.keepArtifact(context, { name: `${context.path}.${context.attempt}.${name}`, mediaType, content });
  } catch (error) {
    throw error instanceof ClaimLost ? error : new PaidFailure(error, answer.usage);
  }
}

/** The answer in a checkpoint that nobody went on with; undefined where it holds none of this provider. */
export function readHandedIn(data: Json | undefined, { provider }: PersonaChoice): HandedIn | undefined {
  if (!isObject(data) || data['phase'] !== 'handed-in') return undefined;
  const { ticket, base, kept } = data;
  if (!isObject(ticket) || ticket['provider'] !== provider.name) return undefined;
  if (typeof base !== 'string' || !isSha(base) || typeof kept !== 'string') return undefined;
  // `keepHandedIn` wrote it, and it is the journal's own copy
  return data as unknown as HandedIn;
}

/** What was given; undefined where its blobs are gone. */
export async function givenBefore({ blobs }: StepServices, handedIn: HandedIn): Promise<Given | undefined> {
  const [kept, content] = await Promise.all([
    blobs.get(handedIn.kept),
    handedIn.changes === undefined ? undefined : blobs.get(handedIn.changes.sha256),
  ]);
  if (kept === undefined || (handedIn.changes !== undefined && content === undefined)) return undefined;
  // `keepHandedIn` wrote it
  const given = parseJson(Buffer.from(kept).toString('utf8')) as Given;
  if (handedIn.changes === undefined || content === undefined) return given;
  const { kind, base } = handedIn.changes;
  return { ...given, changes: { kind, content, ...defined({ base }) } };
}

/** With a price where it tells only tokens. Who was cut off has told what it took by then, and not the rest. */
function usageOf({ usage, model, error }: PersonaResult, choice: PersonaChoice): Promise<PersonaResult['usage']> {
  const isWhole = error === undefined || error.class === 'contract';
  return estimated(usage, model ?? choice.model, isWhole);
}

/** Nothing that a persona wrote leaves this process with a secret in it. */
function redacted(result: PersonaResult, redactor: Redactor): PersonaResult {
  // the redactor keeps the shape: it changes texts only
  const clean = redactor.json(toJson({ ...result, usage: null, outputs: null })) as unknown as PersonaResult;
  return { ...clean, outputs: redactor.json(result.outputs) as JsonObject, usage: result.usage };
}
