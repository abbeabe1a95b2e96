// Transport `scripted`: answers from a file, for rehearsals and tests. Costs nothing and starts no process.
import { readDuration, sleep, TroupeError, defined } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';
import { answersMessages, providerMessages } from '../model/messages.ts';
import { checkResult, errorResult, parseResult } from '../result/parse-result.ts';
import type { PersonaResult, PersonaTask, Provider, ProviderConfig, ProviderContext, Ticket } from '../model/types.ts';
import { answerTo, readAnswers } from './answers-file.ts';
import type { Answer } from './answers-schema.ts';
import { immediately, msLeft } from './immediately.ts';
import { writeEdits } from './scripted-edits.ts';

/** A rehearsal asks nobody: this is known to be nothing. */
const free: Usage = { inputTokens: 0, outputTokens: 0, costUsd: '0', source: 'provider', complete: true };

/** A provider that answers from the configured file, read fresh for each request. */
export function createScriptedProvider(config: ProviderConfig<{ readonly answers: string }>): Provider {
  const path = config.options.answers;
  return {
    name: config.name,
    isFree: true,
    async check() {
      try {
        await readAnswers(path);
        return [];
      } catch (error) {
        if (!(error instanceof TroupeError)) throw error;
        return [{ severity: 'error', message: error.message, ...defined({ hint: error.hint }) }];
      }
    },
    ...immediately(async (task, ticket, context) =>
      give(answerTo(await readAnswers(path), task, path), task, { ticket, context }),
    ),
  };
}

async function give(
  answer: Answer,
  task: PersonaTask,
  { ticket, context }: { readonly ticket: Ticket; readonly context: ProviderContext },
): Promise<PersonaResult> {
  const left = msLeft(ticket, context.clock.now());
  const delayMs = delayOf(answer);
  try {
    if (delayMs > 0) await sleep(context.clock, Math.min(delayMs, left), context.signal);
  } catch {
    return errorResult('cancelled', providerMessages.cancelled(), free);
  }
  if (context.signal.aborted) return errorResult('cancelled', providerMessages.cancelled(), free);
  if (delayMs > left)
    return errorResult('timeout', providerMessages.timeout(context.redactor.text(ticket.provider), left), free);
  await writeEdits(task.worktree, answer.edits ?? {});
  const { edits: _edits, delay: _delay, raw, ...result } = answer;
  const checked = raw === undefined ? checkResult(result) : parseResult({ output: raw });
  return checked.usage.source === 'none' ? { ...checked, usage: free } : checked;
}

function delayOf(answer: Answer): number {
  if (answer.delay === undefined) return 0;
  const read = readDuration(answer.delay);
  if (read.ok) return read.ms;
  throw new TroupeError('persona/answers', answersMessages.badDelay(String(answer.delay), read.problem), {
    class: 'config',
  });
}
