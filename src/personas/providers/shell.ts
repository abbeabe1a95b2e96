// Transport `shell`: any command, run in the sandbox with the prompt on stdin. Never starts a process by itself.
import { basename, isAbsolute } from 'node:path';
import { byteLength, fit, TroupeError, defined } from '../../support/index.ts';
import { PaidFailure } from '../../engine/index.ts';
import type { Evidence, Usage } from '../../engine/index.ts';
import { providerMessages } from '../model/messages.ts';
import { usageIn } from '../result/agent-usage.ts';
import { contractError, errorResult, parseResult } from '../result/parse-result.ts';
import { readTestCounts } from '../result/test-counts.ts';
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
import { commandProblems } from './command-problems.ts';
import { rightsOf } from '../model/tool-rights.ts';
import { immediately, msLeft } from './immediately.ts';
import { progressLines } from './progress.ts';
import { createRequestFiles } from './request-files.ts';
import type { RequestFiles } from './request-files.ts';

const maxOutputBytes = 4 * 1024 * 1024;

/** What the schema of the transport lets pass. */
type ShellConfig = ProviderConfig<{
  readonly command: readonly string[];
  readonly result?: 'object' | 'exit-code';
  readonly network?: 'provider' | 'none';
  readonly readable?: readonly string[];
}>;

/** A provider that runs the configured command for each request. */
export function createShellProvider(config: ShellConfig, services: ProviderServices): Provider {
  return {
    name: config.name,
    check: () =>
      Promise.resolve([
        ...commandProblems(config.name, config.options.command, services.path),
        ...missingSecrets(config, services),
      ]),
    ...immediately((task, ticket, context) => run({ config, services, task, ticket, context })),
  };
}

interface Request {
  readonly config: ShellConfig;
  readonly services: ProviderServices;
  readonly task: PersonaTask;
  readonly ticket: Ticket;
  readonly context: ProviderContext;
}

async function run(request: Request): Promise<PersonaResult> {
  const { config, task, ticket, context } = request;
  const files = await createRequestFiles(task.inputs);
  try {
    const timeoutMs = Math.max(
      1,
      Math.min(config.timeoutMs ?? Number.POSITIVE_INFINITY, msLeft(ticket, context.clock.now())),
    );
    const rights = rightsOf(task.persona.tools);
    const worktree = rights.seesFiles ? task.worktree : undefined;
    const ended = await context.sandbox.run({
      command: config.options.command,
      cwd: worktree ?? files.folder,
      readOnly: worktree !== undefined && !rights.writes,
      stdin: task.text,
      env: environment(request, files),
      timeoutMs,
      signal: context.signal,
      writable: [files.folder],
      readable: readableFolders(config),
      // a sandbox tells no hosts apart: only who needs none for its own model can be kept from all
      network: rights.network || config.options.network !== 'none',
      maxOutputBytes,
      onOutput: progressLines(context),
    });
    return withRawAnswer(toResult(config, ended, await files.readResult(), timeoutMs), context, ended);
  } finally {
    await files.remove();
  }
}

function environment({ config, services, task }: Request, files: RequestFiles): Record<string, string> {
  const { maxCostUsd } = task.persona;
  const model = task.model ?? task.persona.model;
  return {
    ...Object.fromEntries(
      config.env.flatMap((name) => {
        const value = services.secret(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    TROUPE_RESULT_FILE: files.resultFile,
    TROUPE_INPUTS_FILE: files.inputsFile,
    TROUPE_REQUEST_ID: task.requestId,
    TROUPE_PERSONA: task.persona.id,
    TROUPE_TOOLS: task.persona.tools.join(','),
    ...(task.persona.limits === undefined ? {} : { TROUPE_TOOL_LIMITS: JSON.stringify(task.persona.limits) }),
    TROUPE_STEP: task.stepId,
    TROUPE_ATTEMPT: String(task.attempt),
    ...defined({ TROUPE_MODEL: model }),
    ...(maxCostUsd === undefined ? {} : { TROUPE_MAX_COST_USD: String(maxCostUsd) }),
  };
}

function toResult(
  config: ShellConfig,
  ended: SandboxResult,
  file: string | undefined,
  timeoutMs: number,
): PersonaResult {
  const program = basename(config.options.command[0] ?? '');
  if (ended.cancelled) return errorResult('cancelled', providerMessages.cancelled(), usageUntilEnd(ended));
  if (ended.timedOut) return errorResult('timeout', providerMessages.timeout(program, timeoutMs), usageUntilEnd(ended));
  const result = withUsage(parseResult({ file, output: ended.stdout }), ended);
  const signal = endingSignal(ended);
  // whatever it had written by then: it did not come to its end, so it has judged nothing
  if (signal !== undefined && (result.status !== 'error' || result.error?.class === 'contract'))
    return errorResult(
      'transient',
      withTail(providerMessages.killed(program, signal, signalMeaning(signal)), ended),
      usageUntilEnd(ended),
    );
  if (isMissing(ended)) {
    const missing = new TroupeError(
      'persona/command',
      `${providerMessages.noCommand(program)}: ${tail(ended.stderr)}`,
      {
        class: 'config',
        hint: providerMessages.noCommandHint(),
      },
    );
    // who printed nothing was not there; who did may have asked a model before
    throw ended.stdout.trim() === '' ? new PaidFailure(missing, nothing) : missing;
  }
  if (config.options.result === 'exit-code') return byExitCode(config, ended, result);
  if (result.status === 'pass' && ended.exitCode !== 0) {
    return contractError(withTail(providerMessages.passedButExited(program, ended.exitCode), ended), result.usage);
  }
  if (result.error?.class !== 'contract') return result;
  const why = ended.exitCode === 0 ? '' : `${providerMessages.exited(program, ended.exitCode, ended.signal)}. `;
  const long = byteLength(ended.stdout) > maxOutputBytes ? ` ${providerMessages.tooLong(maxOutputBytes)}.` : '';
  return { ...result, error: { class: 'contract', message: withTail(`${why}${result.error.message}${long}`, ended) } };
}

/** What a command takes that is not there. */
const nothing: Usage = { inputTokens: 0, outputTokens: 0, costUsd: '0', source: 'provider', complete: true };

/** What it had told when it was ended. It may have spent more that it never told. */
function usageUntilEnd({ stdout, stderr }: SandboxResult): Usage {
  const told = usageIn(stdout);
  return { ...(told.source === 'none' ? usageIn(stderr) : told), complete: false };
}

/** Some wrappers keep the standard output for the result and say everything else beside it. */
function withUsage(result: PersonaResult, { stderr }: SandboxResult): PersonaResult {
  return result.usage.source === 'none' ? { ...result, usage: usageIn(stderr) } : result;
}

/** Not there or not executable: said by the shell's codes, or by bubblewrap in its own words. */
function isMissing(ended: SandboxResult): boolean {
  return (
    ended.exitCode === 126 ||
    ended.exitCode === 127 ||
    (ended.exitCode === 1 && ended.stderr.startsWith('bwrap: execvp '))
  );
}

/** Troupe ran the command itself: its exit code is the evidence. What it handed in besides can only make the verdict worse. */
function byExitCode(
  { options: { command } }: ShellConfig,
  ended: SandboxResult,
  handedIn: PersonaResult,
): PersonaResult {
  const said = handedIn.status === 'error' ? undefined : handedIn;
  const counts = readTestCounts(`${ended.stdout}\n${ended.stderr}`);
  const evidence: Evidence = {
    by: 'troupe',
    command: command.map((word) => basename(word)),
    exitCode: ended.exitCode ?? -1,
    ...defined({ tests: counts }),
    output: tail(`${ended.stdout}\n${ended.stderr}`),
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

function withTail(message: string, ended: SandboxResult): string {
  const last = tail(ended.stderr);
  return last === '' ? message : `${message}. It said: ${last}`;
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-20).join('\n').slice(-2_000);
}
