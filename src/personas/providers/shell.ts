// Transport `shell`: any command, run in the sandbox with the prompt on stdin. Never starts a process by itself.
import { basename, isAbsolute } from 'node:path';
import { byteLength, fit, defined } from '../../support/index.ts';
import type { Redactor } from '../../support/index.ts';
import type { Evidence, Usage } from '../../engine/index.ts';
import { providerMessages } from '../model/messages.ts';
import { usageIn } from '../result/agent-usage.ts';
import { contractError, errorResult, readResult } from '../result/parse-result.ts';
import { limitResult } from './limit-result.ts';
import { readTestCounts } from '../result/test-counts.ts';
import { limitLine } from '../result/usage-limit.ts';
import type {
  PersonaResult,
  PersonaTask,
  Provider,
  ProviderConfig,
  ProviderContext,
  ProviderProblem,
  ProviderServices,
  SandboxResult,
  Ticket,
} from '../model/types.ts';
import { endingSignal, signalMeaning } from '../sandbox/index.ts';
import { gatherText } from '../transcript/gather-text.ts';
import { agentOf } from '../agents/list.ts';
import type { WaysFor } from '../gateway/model-ways.ts';
import { behindGateway, gatewayProblems } from './behind-gateway.ts';
import { commandProblems } from './command-problems.ts';
import { rightsOf } from '../model/tool-rights.ts';
import { missingCommand, tailOf, withTail } from './missing-command.ts';
import { immediately, msLeft } from './immediately.ts';
import { linesOf, progressLines } from './progress.ts';
import { requestEnvironment } from './request-environment.ts';
import { handedInBefore } from './left-on-desk.ts';
import { openDesk, readDesk } from './request-desk.ts';
import { createRequestFiles } from './request-files.ts';

const maxOutputBytes = 4 * 1024 * 1024;

/** What the schema of the transport lets pass. */
export type ShellConfig = ProviderConfig<{
  readonly command: readonly string[];
  readonly result?: 'object' | 'exit-code';
  readonly network?: 'provider' | 'none';
  readonly readable?: readonly string[];
}>;

/** A provider that runs the configured command for each request. */
export function createShellProvider(config: ShellConfig, services: ProviderServices): Provider {
  return {
    name: config.name,
    check: async (persona) => [
      ...commandProblems(config.name, config.options.command, services.path),
      ...missingSecrets(config, services),
      ...(await gatewayProblems(waysOf(config, services), persona, services)),
    ],
    ...immediately((task, ticket, context) => runCommand({ config, services, task, ticket, context })),
    find: (task, _ticket, context) => findAnswer(config, task, context),
  };
}

/** One request to a command. */
export interface CommandRequest {
  readonly config: ShellConfig;
  readonly services: Pick<ProviderServices, 'secret'>;
  readonly task: PersonaTask;
  readonly ticket: Ticket;
  readonly context: ProviderContext;
  /** Further variables, above those of the request. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Gives the command the prompt and reads what it leaves. */
export async function runCommand(request: CommandRequest): Promise<PersonaResult> {
  const { config, task, ticket, context } = request;
  const desk = await openDesk(context.desk);
  const files = await createRequestFiles(task.inputs, desk);
  try {
    const timeoutMs = Math.max(
      1,
      Math.min(config.timeoutMs ?? Number.POSITIVE_INFINITY, msLeft(ticket, context.clock.now())),
    );
    const rights = rightsOf(task.persona.tools);
    const worktree = rights.seesFiles ? task.worktree : undefined;
    const limits = defined({ allowance: context.allowance });
    const end = new AbortController();
    const ways = waysOf(config, request.services, request.variables);
    const gate = await behindGateway({ ...ways, persona: task.persona, context, end: () => end.abort() });
    const output = gatherText(context.clock, (text) => context.transcript?.({ kind: 'note', text }));
    const progress = linesOf(progressLines(context));
    const ran = await context.sandbox.run(
      gate.within({
        command: config.options.command,
        cwd: worktree ?? files.folder,
        readOnly: worktree !== undefined && !rights.writes,
        stdin: task.text,
        env: {
          ...requestEnvironment({ task, files, names: config.env, ...limits }, request.services),
          ...request.variables,
        },
        timeoutMs,
        signal: AbortSignal.any([context.signal, end.signal]),
        writable: files.writable,
        readable: readableFolders(config),
        // a sandbox tells no hosts apart: only who needs none for its own model can be kept from all
        network: rights.network || config.options.network !== 'none',
        maxOutputBytes,
        onStdout: (chunk) => desk?.print(chunk),
        onOutput(chunk) {
          progress(chunk);
          output.add(chunk);
        },
      }),
    );
    output.end();
    // what the gateway ended nobody cancelled
    const ended = { ...ran, cancelled: ran.cancelled && context.signal.aborted };
    if (!ran.cancelled) desk?.end({ ...ran, timeoutMs });
    const result = await toResult(config, {
      ...ended,
      file: await files.readResult(),
      timeoutMs,
      prompt: task.text,
      redactor: context.redactor,
    });
    return withRawAnswer(gate.settled(result), context, ended);
  } finally {
    await files.remove();
  }
}

/** What the command handed in when the process that waited for it died. An exit code that nobody saw says nothing. */
export async function findAnswer(
  config: ShellConfig,
  { text: prompt }: PersonaTask,
  { desk, redactor }: ProviderContext,
): Promise<PersonaResult | undefined> {
  if (desk === undefined) return undefined;
  const left = await readDesk(desk);
  // runCommand wrote it
  if (left.end !== undefined)
    return toResult(config, { ...(left.end as unknown as Ran), file: left.file, prompt, redactor });
  return config.options.result === 'exit-code' ? undefined : handedInBefore(left, { prompt });
}

/** What the ways to its models are worked out of. */
function waysOf(
  { preset, env }: ShellConfig,
  services: Pick<ProviderServices, 'secret'>,
  own: Readonly<Record<string, string>> = {},
): WaysFor {
  return { agent: agentOf(preset), env, valueOf: (name) => own[name] ?? services.secret(name) };
}

/** Of the words of a program that ended so much is told at most. */
const mostTold = 4_000;

/** A command that has ended, and what it had for it. */
interface Ran extends SandboxResult {
  readonly timeoutMs: number;
}

/** With what its result is read with. */
interface Ended extends Ran {
  readonly file: string | undefined;
  readonly prompt: string;
  readonly redactor: Redactor;
}

async function toResult(config: ShellConfig, ended: Ended): Promise<PersonaResult> {
  const { file, timeoutMs, prompt, redactor } = ended;
  // what is told of its words is cut from what was redacted
  const stderr = redactor.tail(ended.stderr, mostTold);
  const program = basename(config.options.command[0] ?? '');
  if (ended.cancelled) return errorResult('cancelled', providerMessages.cancelled(), usageUntilEnd(ended));
  if (ended.reached !== undefined) return limitResult(program, ended.reached, { stderr, usage: usageUntilEnd(ended) });
  if (ended.timedOut) return errorResult('timeout', providerMessages.timeout(program, timeoutMs), usageUntilEnd(ended));
  const result = withUsage(await readResult({ file, output: ended.stdout, prompt }), ended);
  const signal = endingSignal(ended);
  // whatever it had written by then: it did not come to its end, so it has judged nothing
  if (signal !== undefined && (result.status !== 'error' || result.error?.class === 'contract'))
    return errorResult(
      'transient',
      withTail(providerMessages.killed(program, signal, signalMeaning(signal)), stderr),
      usageUntilEnd(ended),
    );
  const missing = missingCommand(program, { ...ended, stderr, spoke: ended.stdout.trim() !== '' });
  if (missing !== undefined) throw missing;
  if (config.options.result === 'exit-code') return byExitCode(config, ended, result);
  if (result.status === 'pass' && ended.exitCode !== 0) {
    return contractError(withTail(providerMessages.passedButExited(program, ended.exitCode), stderr), result.usage);
  }
  if (result.error?.class !== 'contract') return result;
  // a program that may not go on says so instead of answering
  const limit = limitLine(redactor.tail(ended.stderr, 2_000)) ?? limitLine(redactor.tail(ended.stdout, 2_000));
  if (limit !== undefined) return errorResult('rate_limit', limit, result.usage);
  const why = ended.exitCode === 0 ? '' : `${providerMessages.exited(program, ended.exitCode, ended.signal)}. `;
  const long = byteLength(ended.stdout) > maxOutputBytes ? ` ${providerMessages.tooLong(maxOutputBytes)}.` : '';
  return {
    ...result,
    error: { class: 'contract', message: withTail(`${why}${result.error.message}${long}`, stderr) },
  };
}

/** What it had told when it was ended. It may have spent more that it never told. */
function usageUntilEnd({ stdout, stderr }: SandboxResult): Usage {
  const told = usageIn(stdout);
  return { ...(told.source === 'none' ? usageIn(stderr) : told), complete: false };
}

/** Some wrappers keep the standard output for the result and say everything else beside it. */
function withUsage(result: PersonaResult, { stderr }: SandboxResult): PersonaResult {
  return result.usage.source === 'none' ? { ...result, usage: usageIn(stderr) } : result;
}

/** Troupe ran the command itself: its exit code is the evidence. What it handed in besides can only make the verdict worse. */
function byExitCode({ options: { command } }: ShellConfig, ended: Ended, handedIn: PersonaResult): PersonaResult {
  const said = handedIn.status === 'error' ? undefined : handedIn;
  const counts = readTestCounts(`${ended.stdout}\n${ended.stderr}`);
  const evidence: Evidence = {
    by: 'troupe',
    command: command.map((word) => basename(word)),
    exitCode: ended.exitCode ?? -1,
    ...defined({ tests: counts }),
    output: tailOf(ended.redactor.tail(`${ended.stdout}\n${ended.stderr}`, mostTold)),
  };
  return {
    summary: providerMessages.exitSummary(basename(command[0] ?? ''), ended.exitCode),
    outputs: {},
    usage: handedIn.usage,
    ...said,
    status: ended.exitCode === 0 ? (said?.status ?? 'pass') : 'fail',
    evidence: [...(said?.evidence ?? []), evidence],
  };
}

function withRawAnswer(result: PersonaResult, context: ProviderContext, ended: SandboxResult): PersonaResult {
  const raw = [ended.stdout, ended.stderr === '' ? '' : `--- stderr\n${ended.stderr}`]
    .filter((text) => text !== '')
    .join('\n');
  if (raw === '') return result;
  const answer = { name: 'answer', mediaType: 'text/plain', content: fit(context.redactor.text(raw), 256 * 1024) };
  return { ...result, artifacts: [...(result.artifacts ?? []), answer] };
}

function missingSecrets(config: ShellConfig, services: ProviderServices): ProviderProblem[] {
  return config.env
    .filter((name) => (services.secret(name) ?? '') === '')
    .map((name) => ({
      severity: 'warning',
      message: providerMessages.missingSecret(config.name, name),
      hint: providerMessages.missingSecretHint(name),
    }));
}

/** What the operator listed, and the files that the command itself names: `[node, /opt/agent/persona.mjs]`. */
function readableFolders({ options: { command, readable = [] } }: ShellConfig): readonly string[] {
  return [...command.filter((word) => isAbsolute(word)), ...readable];
}
