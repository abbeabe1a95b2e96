// One request to an agent: starts it, has the conversation, and ends it to its last child. What came of it is in acp-ending.ts.
import { basename } from 'node:path';
import { defined, wallOf } from '../../support/index.ts';
import type { JsonObject } from '../../support/index.ts';
import { converse } from '../acp/acp-v1.ts';
import { agentId } from '../acp/agent-id.ts';
import { createAgentLog } from '../acp/agent-log.ts';
import type { AgentLog } from '../acp/agent-log.ts';
import { exchange, nothingSpent, withSpent } from '../acp/exchange.ts';
import type { Spent } from '../acp/exchange.ts';
import { AgentFailure } from '../acp/conversation.ts';
import type { Conversation } from '../acp/conversation.ts';
import { SessionLost } from '../acp/session-lost.ts';
import { interruption } from '../acp/interruption.ts';
import type { Interruption } from '../acp/interruption.ts';
import { acpMessages as say } from '../acp/messages.ts';
import { permissionsOf } from '../acp/permission.ts';
import { agentWords } from '../model/agent-words.ts';
import { providerMessages } from '../model/messages.ts';
import type { AgentId, PersonaResult, ProviderContext, SandboxProcess, Ticket } from '../model/types.ts';
import { errorResult } from '../result/parse-result.ts';
import { openResultTool } from '../result-tool/result-tool.ts';
import { splitLines } from '../sandbox/index.ts';
import { resultOfEnding } from './acp-ending.ts';
import { agentStart, modelOf, treeOf, waysFor } from './acp-start.ts';
import type { AgentRequest } from './acp-start.ts';
import { behindGateway } from './behind-gateway.ts';
import { msLeft } from './immediately.ts';
import { progressLines } from './progress.ts';
import { handedInBefore } from './left-on-desk.ts';
import { openDesk, readDesk } from './request-desk.ts';
import type { RequestDesk } from './request-desk.ts';
import { createRequestFiles } from './request-files.ts';

/** What a request is made of. */
export type AgentAsk = Omit<AgentRequest, 'files' | 'tool' | 'session'> & {
  readonly ticket: Ticket;
  readonly context: ProviderContext;
};

/** How long an agent has to stop by itself once it was told. */
const graceMs = 2_000;
const longestLineBytes = 64 * 1024 * 1024;
const lastWordsBytes = 32 * 1024;

/** The agent's answer. Whatever comes of it, nothing of the agent is left. */
export async function askAgent(ask: AgentAsk): Promise<PersonaResult> {
  const desk = await openDesk(ask.context.desk);
  const files = await createRequestFiles(ask.task.inputs, desk);
  try {
    const tool = await openResultTool(files.folder, schemasOf(ask), (given) => desk?.handIn(given));
    try {
      return await work({ ...ask, files, tool, ...defined({ desk, session: ask.context.session }) });
    } finally {
      await tool.close();
    }
  } finally {
    await files.remove();
  }
}

/** What the agent handed in when the process that waited for it died: by the tool, in its file, or in the last turn that came to its end. */
export async function findAnswer({ task, context }: AgentAsk): Promise<PersonaResult | undefined> {
  if (context.desk === undefined) return undefined;
  const left = await readDesk(context.desk);
  const said = left.end?.['said'];
  const about = { prompt: task.text, schemas: schemasOf({ task }) };
  const result = handedInBefore({ ...left, said: typeof said === 'string' ? said : '' }, about);
  // what the dead process took nobody has told
  return result === undefined ? undefined : { ...result, usage: { ...result.usage, complete: false } };
}

type Work = AgentRequest & AgentAsk & { readonly desk?: RequestDesk };

async function work(request: Work): Promise<PersonaResult> {
  const { context, config, ticket, agent } = request;
  if (context.signal.aborted) return errorResult('cancelled', providerMessages.cancelled());
  const left = msLeft(ticket, context.clock.now());
  const timeoutMs = Math.max(1, Math.min(config.timeoutMs ?? Number.POSITIVE_INFINITY, left));
  const log = createAgentLog({
    clock: context.clock,
    tell: progressLines(context),
    insist: (text) => context.progress(context.redactor.text(text)),
    keep: (entry) => context.transcript?.(entry),
  });
  const spent = nothingSpent(agent.countsLastOnly !== true);
  const end = new AbortController();
  const { persona } = request.task;
  const gate = await behindGateway({ ...waysFor(request), persona, context, end: () => end.abort() });
  const start = { ...(await agentStart(request)), timeoutMs, signal: end.signal };
  const running = await context.sandbox.open(gate.within(start));
  const stderr = lastWords(running);
  const watch = interruption(context, graceMs, () => end.abort());
  const met: Met = {};
  const talked = await talk(request, running, { log, spent, watch, met }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  watch.over();
  log.end();
  const exit = await running.stop(graceMs);
  if (stderr().trim() !== '') context.transcript?.({ kind: 'note', text: say.lastWords(stderr()) });
  if ('error' in talked && talked.error instanceof SessionLost) throw talked.error;
  const result = resultOfEnding({
    program: basename(config.options.command[0] ?? ''),
    talked,
    exit,
    isCancelled: context.signal.aborted,
    timeoutMs,
    stderr: context.redactor.tail(stderr(), lastWordsBytes / 2),
    said: context.redactor.tail(log.text(), lastWordsBytes / 2),
    now: wallOf(context.clock).getTime(),
    spoke: log.record(context.redactor) !== '',
  });
  // what a process took that died nobody has told
  const isWhole = 'result' in talked && result.error?.class !== 'cancelled' && request.goesOnWith === undefined;
  const known = { ...result, ...defined({ agent: met.agent }) };
  const counted = gate.settled(withSpent(known, { log, spent }, isWhole));
  const usage = { ...counted.usage, complete: counted.usage.complete && request.goesOnWith === undefined };
  return withRecord({ ...counted, usage }, log, context);
}

/** What is there while an agent works. */
interface Talk {
  readonly log: AgentLog;
  readonly spent: Spent;
  readonly watch: Interruption;
  readonly met: Met;
}

/** Who answered, once somebody did. */
interface Met {
  agent?: AgentId;
}

async function talk(request: Work, running: SandboxProcess, { log, spent, watch, met }: Talk): Promise<PersonaResult> {
  const { context, task, files, tool, config, agent } = request;
  const worktree = treeOf(task);
  const decide = permissionsOf({ persona: task.persona, ...defined({ worktree }) }, files.resultFile, (answered) =>
    log.onAnswer(answered),
  );
  const conversation = await converse(
    { lines: splitLines(running.stdout, longestLineBytes), stdin: running.stdin },
    { onEvent: (event) => log.onEvent(event), decide },
  );
  watch.asks(() => conversation.interrupt());
  met.agent = agentId(agent, conversation.agent, basename(config.options.command[0] ?? ''));
  log.note(say.started(agentWords(met.agent)));
  await enter(conversation, request, { log, who: agentWords(met.agent) });
  const { signal } = context;
  signal.throwIfAborted();
  const readFile = (): Promise<string | undefined> => files.readResult();
  const about = {
    conversation,
    tool,
    log,
    redactor: context.redactor,
    spent,
    schemas: schemasOf(request),
    signal,
    readFile,
    keepSaid: (said: string): void => request.desk?.end({ said }),
  };
  return exchange(about, { prompt: task.text, goesOn: request.goesOnWith !== undefined });
}

/** A new session, whose id is kept before anything is asked in it; or the one of a process that died. */
async function enter(
  conversation: Conversation,
  request: Work,
  { log, who }: { readonly log: AgentLog; readonly who: string },
): Promise<void> {
  const { config, agent, files, task, tool, context, goesOnWith } = request;
  const wish = {
    cwd: treeOf(task) ?? files.folder,
    tools: agent.toolsFlag === undefined ? [tool.server] : [],
    ...defined({
      about: agent.session,
      model: agent.model === undefined ? modelOf(request) : undefined,
      mode: agent.mode === undefined ? config.options.mode : undefined,
    }),
  };
  if (goesOnWith === undefined) {
    const session = await conversation.begin(wish);
    if (conversation.canGoOn) await context.session?.keep({ session });
    return;
  }
  if (!conversation.canGoOn) throw new SessionLost(say.cannotGoOn(who));
  try {
    await conversation.goOn(wish, goesOnWith);
  } catch (error) {
    // without a code it ended in the middle, which says nothing of its session
    if (!(error instanceof AgentFailure) || error.code === undefined) throw error;
    throw new SessionLost(say.sessionLost(who, error.message));
  }
  log.note(say.goesOn());
}

function schemasOf({ task }: Pick<AgentAsk, 'task'>): readonly JsonObject[] {
  return task.outputSchemas ?? [task.persona.outputs].filter((schema) => schema !== undefined);
}

/** Reads the standard error, so that it never fills up, and keeps its end. */
function lastWords({ stderr }: SandboxProcess): () => string {
  let text = '';
  stderr.on('data', (chunk: Buffer) => {
    text = `${text}${chunk.toString('utf8')}`.slice(-lastWordsBytes);
  });
  return () => text;
}

function withRecord(result: PersonaResult, log: AgentLog, { redactor }: ProviderContext): PersonaResult {
  const content = log.record(redactor);
  if (content === '') return result;
  const answer = { name: 'answer', mediaType: 'text/plain', content };
  return { ...result, artifacts: [...(result.artifacts ?? []), answer] };
}
