// Asks the provider and gives back a checked, redacted answer. The ticket is stored before anything is sent.
import { checkOutputs, rightsOf } from '../personas/index.ts';
import type {
  PersonaResult,
  PersonaTask,
  ProviderAnswer,
  ProviderContext,
  Sandbox,
  Ticket,
} from '../personas/index.ts';
import { ClaimLost, PaidFailure } from '../engine/index.ts';
import type { StepContext } from '../engine/index.ts';
import type { Worktree } from '../git/index.ts';
import { isObject, toJson } from '../support/index.ts';
import type { Json, JsonObject, Redactor, Sha } from '../support/index.ts';
import { personaStepMessages } from './messages.ts';
import type { PersonaChoice } from './persona-choice.ts';
import { answersOf } from './question.ts';
import type { StepServices } from './types.ts';

/** What is asked. */
export interface Question {
  readonly context: StepContext;
  readonly services: StepServices;
  readonly choice: PersonaChoice;
  readonly worktree: Worktree;
  readonly head: Sha;
  readonly prompt: string;
}

/** The answer, or the ticket of one that comes later. */
export async function ask(question: Question): Promise<{ readonly done: PersonaResult } | { readonly wait: Ticket }> {
  const { context, services, choice } = question;
  const provider = providerContext(question);
  const open = openTicket(context.resumed, choice);
  if (open !== undefined && choice.provider.poll !== undefined)
    return received(question, await choice.provider.poll(open, provider));
  const ticket: Ticket = {
    requestId: requestIdOf(context),
    provider: choice.provider.name,
    strategy: choice.strategy,
    deadline: services.clock.now() + choice.timeoutMs,
  };
  await context.checkpoint(asked(choice, ticket));
  await context.record?.({ type: 'ticket.sent', data: { ticket: toJson(ticket) } });
  context.progress(personaStepMessages.asking(choice.persona.name, choice.provider.name));
  const answer = await choice.provider.start(taskOf(question), ticket, provider);
  return received(question, answer);
}

/** Whatever happens to an answer after it is there: it was paid, and says so. */
async function received(question: Question, answer: ProviderAnswer): Promise<ProviderAnswer> {
  const { context, services, choice } = question;
  if ('wait' in answer) {
    context.signal.throwIfAborted();
    await context.checkpoint(asked(choice, answer.wait));
    return answer;
  }
  const { artifacts = [], ...rest } = answer.done;
  const done: PersonaResult = { ...rest, usage: { ...rest.usage, request: requestIdOf(context) } };
  try {
    context.signal.throwIfAborted();
    context.progress(personaStepMessages.answered(choice.persona.name));
    for (const artifact of artifacts) {
      await services.keepArtifact(
        context,
        `${context.path}.${context.attempt}.${artifact.name}`,
        artifact.mediaType,
        services.redactor.text(artifact.content),
      );
    }
  } catch (error) {
    throw error instanceof ClaimLost ? error : new PaidFailure(error, done.usage);
  }
  return { done: redacted(checkOutputs(done, choice.outputSchemas), services.redactor) };
}

function asked({ provider }: PersonaChoice, ticket: Ticket): Json {
  return { phase: 'asked', ticket: toJson(ticket), ...(provider.isFree === true ? { isFree: true } : {}) };
}

function taskOf({ context, choice, worktree, head, prompt }: Question): PersonaTask {
  return {
    requestId: requestIdOf(context),
    persona: choice.persona,
    text: prompt,
    inputs: context.input['params'] ?? {},
    outputSchemas: choice.outputSchemas,
    worktree: worktree.path,
    baseSha: head,
    ...(context.lastError === undefined ? {} : { lastError: context.lastError.message }),
    ...(choice.model === undefined ? {} : { model: choice.model }),
    stepId: choice.step.id,
    attempt: context.attempt + answersOf(context).length,
    answers: answersOf(context),
  };
}

/** Asked again with an answer of people, it is another request of the same attempt. */
function requestIdOf(context: StepContext): string {
  const answers = answersOf(context).length;
  return answers === 0 ? context.requestId : `${context.requestId}.${answers}`;
}

function providerContext({ context, services, choice, worktree }: Question): ProviderContext {
  return {
    signal: context.signal,
    clock: services.clock,
    log: services.log,
    redactor: services.redactor,
    sandbox: withReadable(
      services.sandbox(choice.persona.sandbox),
      rightsOf(choice.persona.tools).seesFiles ? (worktree.readable ?? []) : [],
    ),
    progress: (text) => context.progress(text),
  };
}

/** The sandbox with the folders that the worktree's own history lies in. */
function withReadable(sandbox: Sandbox, folders: readonly string[]): Sandbox {
  return { ...sandbox, run: (run) => sandbox.run({ ...run, readable: [...(run.readable ?? []), ...folders] }) };
}

/** A request that an interrupted attempt sent and that will still be answered. Immediate ones are asked again. */
function openTicket(resumed: Json | undefined, choice: PersonaChoice): Ticket | undefined {
  if (!isObject(resumed) || resumed['phase'] !== 'asked' || choice.strategy === 'immediate') return undefined;
  const ticket: unknown = resumed['ticket'];
  // written by `ask` above, which stores nothing but tickets there
  return isObject(ticket) && ticket['provider'] === choice.provider.name ? (ticket as unknown as Ticket) : undefined;
}

/** Nothing that a persona wrote leaves this process with a secret in it. */
function redacted(result: PersonaResult, redactor: Redactor): PersonaResult {
  // the redactor keeps the shape: it changes texts only
  const clean = redactor.json(toJson({ ...result, usage: null, outputs: null })) as unknown as PersonaResult;
  return { ...clean, outputs: redactor.json(result.outputs) as JsonObject, usage: result.usage };
}
