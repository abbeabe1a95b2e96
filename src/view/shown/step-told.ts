// What a step said, found and waits for, as plain data for whoever renders it: secrets are taken out, nothing is quoted yet.
import { awaitedAnswer } from '../../engine/index.ts';
import type { AwaitedAnswer, StepError, StepResult, StepState } from '../../engine/index.ts';
import { cleanEnds, defined } from '../../support/index.ts';
import type { Redactor, RunId, Sha } from '../../support/index.ts';

/** A command that was run, in one line, and what it proved. */
export interface ShownEvidence {
  readonly by: 'troupe' | 'persona';
  readonly command: string;
  readonly exitCode: number;
  readonly tests?: { readonly run: number; readonly passed: number; readonly failed: number; readonly skipped: number };
  /** The last lines of what it put out. */
  readonly output?: string;
}

/** What went wrong in a step. The server's own lines stand in the message, as they came. */
export type ShownError = Pick<StepError, 'code' | 'message' | 'hint'>;

/** The gate before a step: what is asked, of whom, and what was decided. */
export interface ShownApproval {
  readonly isOpen: boolean;
  readonly message: string;
  /** The commit that it is about. */
  readonly sha?: Sha;
  /** Who may decide, as the workflow names them. */
  readonly by: readonly string[];
  readonly decided?: { readonly approved: boolean; readonly login: string };
}

/** What a step told. Texts are those of personas and servers: they are quoted before anybody sees them. */
export interface StepTold
  extends
    Pick<StepResult, 'summary' | 'noop' | 'verdictReason' | 'undone' | 'sha' | 'provider' | 'model' | 'agent'>,
    Pick<StepState, 'progress' | 'retryAt' | 'skipped' | 'cancelledBecause'> {
  readonly error?: ShownError;
  readonly warnings: readonly string[];
  readonly findings: NonNullable<StepResult['findings']>;
  readonly files: readonly string[];
  readonly evidence: readonly ShownEvidence[];
  /** The run that it was taken over from. */
  readonly reusedFrom?: RunId;
  /** What it says while it waits. */
  readonly waitsFor?: string;
  /** Who was asked, since when and until when, where the answer comes later. */
  readonly awaits?: AwaitedAnswer;
  readonly approval?: ShownApproval;
}

/** What the step told. */
export function toldOf(step: StepState, redactor?: Redactor): StepTold {
  const { result, progress, retryAt, cancelledBecause, reusedFrom } = step;
  const clean = (text: string): string => cleanEnds(text, redactor);
  const cleaned = (text: string | undefined): string | undefined => (text === undefined ? undefined : clean(text));
  return {
    ...defined({
      summary: cleaned(result?.summary),
      noop: cleaned(result?.noop),
      verdictReason: cleaned(result?.verdictReason),
      undone: cleaned(result?.undone),
      sha: result?.sha,
      provider: result?.provider,
      model: result?.model,
      agent: cleaned(result?.agent),
      // what it did in between says nothing more once there is a result
      progress: result === undefined ? cleaned(progress) : undefined,
      retryAt,
      skipped: step.skipped && { ...step.skipped, ...defined({ because: cleaned(step.skipped.because) }) },
      cancelledBecause,
      error: step.error && errorOf(step.error, clean),
      reusedFrom: reusedFrom?.run,
      waitsFor: cleaned(step.waitingFor?.message),
      awaits: awaitedAnswer(step),
      approval: step.approval && approvalOf(step.approval, clean),
    }),
    warnings: (result?.warnings ?? []).map(clean),
    findings: (result?.findings ?? []).map((finding) => ({
      ...finding,
      message: clean(finding.message),
      ...defined({ title: cleaned(finding.title) }),
    })),
    files: (result?.filesChanged ?? []).map(clean),
    evidence: (result?.evidence ?? []).map(({ command, output, ...evidence }) => ({
      ...evidence,
      command: clean(command.join(' ')),
      ...defined({ output: cleaned(output) }),
    })),
  };
}

function errorOf({ code, message, hint }: StepError, clean: (text: string) => string): ShownError {
  return { code, message: clean(message), ...(hint === undefined ? {} : { hint: clean(hint) }) };
}

function approvalOf(
  { isOpen, message, sha, by, decided }: NonNullable<StepState['approval']>,
  clean: (text: string) => string,
): ShownApproval {
  return {
    isOpen,
    message: clean(message),
    ...defined({ sha }),
    by,
    ...(decided === undefined ? {} : { decided: { approved: decided.approved, login: decided.by.login } }),
  };
}
