// What came of a conversation with an agent and of its process → the result. Pure. An end that nobody understands is never a pass.
import { troubleIn } from '../acp/class-of-failure.ts';
import { AgentFailure } from '../acp/conversation.ts';
import { acpMessages as say } from '../acp/messages.ts';
import { providerMessages } from '../model/messages.ts';
import type { PersonaResult, SandboxExit } from '../model/types.ts';
import { contractError, errorResult } from '../result/parse-result.ts';
import { endingSignal, signalMeaning } from '../sandbox/index.ts';
import { limitResult } from './limit-result.ts';
import { missingCommand, withTail } from './missing-command.ts';

/** What is known when the agent has ended. */
export interface AgentEnding {
  readonly program: string;
  /** What the conversation came to. */
  readonly talked: { readonly result: PersonaResult } | { readonly error: unknown };
  readonly exit: SandboxExit;
  /** Nobody wants the result any more. */
  readonly isCancelled: boolean;
  readonly timeoutMs: number;
  /** The end of its standard error. */
  readonly stderr: string;
  /** What it said in its last turn. */
  readonly said: string;
  readonly now: number;
  /** It said something that is of the protocol. */
  readonly spoke: boolean;
}

const saysNothing = /^(?:internal error|unknown error|error)?[.: ]*$/i;

/** The result. Throws for a program that is not there, and what is no failure of an agent. */
export function resultOfEnding(ending: AgentEnding): PersonaResult {
  const { program, talked, exit, isCancelled, timeoutMs, stderr } = ending;
  if (isCancelled) return errorResult('cancelled', providerMessages.cancelled());
  if (exit.reached !== undefined && !('result' in talked)) return limitResult(program, exit.reached, { stderr });
  if ('result' in talked) return told(talked.result, ending);
  if (exit.timedOut)
    return errorResult('timeout', withTail(providerMessages.timeout(program, timeoutMs), lastSaid(ending)));
  if (exit.overran) return contractError(say.overran(program));
  const { error } = talked;
  if (!(error instanceof AgentFailure)) throw error;
  if (error.code !== undefined) {
    const { class: kind, message, ...wait } = troubleIn(error, ending.now);
    // what it wrote beside is for whoever looks into a program: people are told it where there is nothing else
    const failed = errorResult(kind, withTail(say.failed(program, message), saysNothing.test(message) ? stderr : ''));
    return { ...failed, error: { class: kind, message: failed.error?.message ?? '', ...wait } };
  }
  const missing = missingCommand(program, { ...exit, stderr, spoke: ending.spoke });
  if (missing !== undefined) throw missing;
  const signal = endingSignal({ ...exit, stdout: '', stderr });
  const meaning = signal === undefined ? undefined : signalMeaning(signal);
  const how = [signal ?? say.code(exit.exitCode, exit.signal), meaning].filter((one) => one !== undefined).join(': ');
  return errorResult('transient', withTail(say.ended(program, how), stderr));
}

/** Who does not end seldom says why: what it told us last, else what it wrote beside. */
function lastSaid({ said, stderr }: AgentEnding): string {
  return said.trim() === '' ? fewLines(stderr) : fewLines(said);
}

function fewLines(text: string): string {
  return text.trim().split('\n').slice(-3).join('\n').slice(-300);
}

/** An agent that hands nothing in often says elsewhere why. */
function told(result: PersonaResult, { stderr }: AgentEnding): PersonaResult {
  if (result.error?.class !== 'contract') return result;
  return { ...result, error: { ...result.error, message: withTail(result.error.message, fewLines(stderr)) } };
}
