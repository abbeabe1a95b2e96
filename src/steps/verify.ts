// Runs the commands of `verify` and of `run` steps on a commit in a fresh worktree that no persona has touched. What it returns is Troupe's own evidence.
import type { Evidence, RunSettings, Step, StepContext } from '../engine/index.ts';
import { endingSignal, readTestCounts } from '../personas/index.ts';
import type { Persona, Sandbox, SandboxResult } from '../personas/index.ts';
import { formatDuration, TroupeError, defined } from '../support/index.ts';
import type { Redactor, Sha } from '../support/index.ts';
import { commandMessages } from './common/messages.ts';
import type { Setup } from './setup.ts';
import { requireTrust } from './trust.ts';
import type { StepServices, Workplace } from './common/types.ts';

/** What is verified, and with what. */
export interface Verification {
  /** Whose commands they are, which errors name; absent: those of `verify`. */
  readonly what?: 'run';
  /** Absent: nothing beside what every command gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly context: StepContext;
  readonly services: StepServices;
  readonly workplace: Workplace;
  readonly setup: Setup;
  readonly commit: Sha;
  readonly sandbox: Sandbox;
  readonly commands: readonly (readonly string[])[];
  /** Milliseconds for each command. */
  readonly timeoutMs: number;
}

const codes = {
  verify: { limit: 'verify/limit', timedOut: 'verify/timed-out', killed: 'verify/killed' },
  run: { limit: 'run/limit', timedOut: 'run/timed-out', killed: 'run/killed' },
} as const;

const outputTailBytes = 4_000;

/** The commands for a step: its own, else the repository's where tests are expected. */
export function verifyCommands(
  step: Step,
  settings: RunSettings,
  expect: Persona['expect'],
): readonly (readonly string[])[] {
  if (step.verify !== undefined) return step.verify;
  return expect.includes('tests') ? (settings.verify ?? []) : [];
}

/** Runs the commands in order and stops at the first one that fails. Throws where one was ended from outside: that proves nothing. */
export async function verify(verification: Verification): Promise<readonly Evidence[]> {
  const { context, services, workplace, commands, commit, sandbox } = verification;
  if (commands.length === 0) return [];
  const what = verification.what ?? 'verify';
  requireTrust(what, { context, services, sandbox });
  const worktree = await workplace.repository.worktree({
    run: context.run,
    name: `${what}-${context.path}-${context.attempt}`,
    at: commit,
    agentView: true,
    ...(sandbox.isAnotherUser ? { ownObjects: true } : {}),
    fresh: true,
  });
  try {
    await verification.setup.ensure({
      context,
      services,
      repository: workplace.repository,
      worktree,
      commit,
      sandbox,
      fresh: true,
    });
    const evidence: Evidence[] = [];
    for (const command of commands) {
      context.progress(commandMessages[what === 'run' ? 'running' : 'verifying'](command.join(' ')));
      const ended = await sandbox.run({
        command,
        cwd: worktree.path,
        env: verification.env ?? {},
        timeoutMs: verification.timeoutMs,
        signal: context.signal,
        readable: worktree.readable ?? [],
        network: true,
      });
      context.signal.throwIfAborted();
      requireOwnEnd(command, ended, verification);
      evidence.push(evidenceOf(command, ended, services.redactor));
      if (ended.exitCode !== 0) break;
    }
    return evidence;
  } finally {
    await worktree.remove();
  }
}

/** What a signal, a limit or the clock ended says nothing about the commit, neither good nor bad. */
function requireOwnEnd(
  command: readonly string[],
  ended: SandboxResult,
  {
    services,
    timeoutMs,
    what = 'verify' as const,
  }: Pick<Verification, 'services' | 'timeoutMs'> & { readonly what?: 'run' | 'verify' },
): void {
  const begins = commandMessages.could(what, command.join(' '));
  const tail = services.redactor.tail(`${ended.stdout}\n${ended.stderr}`.trim(), 1_000);
  if (ended.reached !== undefined)
    throw new TroupeError(codes[what].limit, commandMessages.ended(begins, ended.reached.words, tail), {
      class: 'failed',
      hint: ended.reached.hint,
    });
  if (ended.timedOut)
    throw new TroupeError(
      codes[what].timedOut,
      commandMessages.ended(begins, commandMessages.timedOut(formatDuration(timeoutMs)), tail),
      { class: 'timeout', hint: commandMessages.timedOutHint(what) },
    );
  const signal = endingSignal(ended);
  if (signal === undefined) return;
  throw new TroupeError(
    codes[what].killed,
    commandMessages.ended(begins, commandMessages.killed(signal, ended.exitCode), tail),
    { class: 'transient', hint: commandMessages.killedHint() },
  );
}

/** What a command that ended by itself has shown. */
export function evidenceOf(
  command: readonly string[],
  ended: SandboxResult,
  redactor: Pick<Redactor, 'tail'>,
): Evidence {
  const output = `${ended.stdout}\n${ended.stderr}`.trim();
  const tests = readTestCounts(output);
  return {
    by: 'troupe',
    command,
    // without a code it was ended from outside, which has been refused before
    exitCode: ended.exitCode ?? -1,
    ...defined({ tests }),
    output: redactor.tail(output, outputTailBytes),
  };
}
