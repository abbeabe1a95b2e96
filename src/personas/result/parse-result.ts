// What was handed in → a checked result, or an error of class `contract` that says what was wrong. Pure. Never guesses a pass.
import { setImmediate } from 'node:timers/promises';
import { byteLength, defined, isObject, parseJson, schemaCheck } from '../../support/index.ts';
import type { ErrorClass, Json, JsonObject } from '../../support/index.ts';
import type { Evidence, ReviewFinding, Usage } from '../../engine/index.ts';
import { compileForeign } from '../model/foreign-schema.ts';
import { resultMessages } from '../model/messages.ts';
import type { PersonaResult } from '../model/types.ts';
import { classOfText } from './class-of-text.ts';
import { findInTurns, inOneTurn } from './find-result.ts';
import type { InTurns } from './find-result.ts';
import type { Found } from './find-result.ts';
import { nextIn, nextProblem, withNextObject } from './next-in-result.ts';
import { plainOutput } from './plain-output.ts';
import { readChanges } from './result-changes.ts';
import { resultSchema } from './result-schema.ts';
import type { WrittenResult } from './result-schema.ts';
import { mostNesting, tidyValue } from './tidy-value.ts';
import { usageIn, usageInTurns } from './agent-usage.ts';
import { largerOf, readUsage, unknownUsage } from './usage.ts';
import { statusOf } from './verdict-words.ts';

const validate = schemaCheck<WrittenResult>(resultSchema);

/** Larger results are refused. */
export const maxResultBytes = 1024 * 1024;

/** Nobody waits longer than a month because an answer says so. */
const longestWaitMs = 31 * 24 * 60 * 60 * 1_000;

/** What a provider got from its agent. */
export interface RawAnswer {
  /** Content of $TROUPE_RESULT_FILE; undefined or blank: it was not written. */
  readonly file?: string | undefined;
  /** Everything the agent printed. */
  readonly output: string;
  /** What was asked: a result that stands in it word for word is an echo. */
  readonly prompt?: string | undefined;
}

/** The same, with a turn for others in between: a long output is read twice. */
export async function readResult(answer: RawAnswer, schemas: readonly JsonObject[] = []): Promise<PersonaResult> {
  const reading = resultIn(answer, schemas);
  let step = reading.next();
  for (; step.done !== true; step = reading.next()) await setImmediate();
  const result = step.value;
  await setImmediate();
  return withPrinted(result, await usageInTurns(answer.output));
}

/**
 * The result in the answer: the file first, then the output. `outputs` is held against every schema. What the agent's program says about
 * its cost counts beside what the persona itself says.
 */
export function parseResult(answer: RawAnswer, schemas: readonly JsonObject[] = []): PersonaResult {
  return withPrinted(inOneTurn(resultIn(answer, schemas)), usageIn(answer.output));
}

function withPrinted(result: PersonaResult, printed: Usage): PersonaResult {
  return { ...result, usage: largerOf(printed, result.usage) };
}

function* resultIn(answer: RawAnswer, schemas: readonly JsonObject[]): InTurns<PersonaResult> {
  const found = yield* locate(answer);
  if (found.kind === 'nothing') return contractError(`${resultMessages.absent()}. ${resultMessages.absentHint()}`);
  if (found.kind === 'broken') return contractError(found.message);
  if (found.kind === 'agent-error')
    return {
      ...contractError(resultMessages.agentError(found.message)),
      error: { class: classOfText(found.message), message: resultMessages.agentError(found.message) },
    };
  return checkResult(found.value, schemas);
}

/** The result in an object that was handed in as such. */
export function checkResult(handedIn: unknown, schemas: readonly JsonObject[] = []): PersonaResult {
  // figures are read one by one, and changes are bytes
  const { usage: usageWritten, changes: changesWritten, ...rest } = isObject(handedIn) ? handedIn : {};
  const tidied = tidyValue(isObject(handedIn) ? rest : handedIn);
  if (!tidied.ok) return contractError(resultMessages.untidy(tidied.problem, mostNesting), readUsage(usageWritten));
  const tidy = isObject(tidied.value) ? { ...tidied.value, changes: changesWritten } : tidied.value;
  const value = withoutNulls(withNextObject(tidy));
  if (!validate(value)) {
    const error = validate.errors[0];
    const message = resultMessages.wrong(dotted(error?.instancePath ?? ''), error?.message ?? '');
    return contractError(message, readUsage(usageWritten));
  }
  const status = statusIn(value);
  const usage = readUsage(usageWritten);
  if (status === undefined) return contractError(resultMessages.noStatus(), usage);
  const wrong = status === 'error' ? undefined : nextProblem(value);
  if (wrong !== undefined) return contractError(wrong, usage);
  const changes = value.changes === undefined ? undefined : readChanges(value.changes);
  if (value.changes !== undefined && changes === undefined) return contractError(resultMessages.noChangesIn(), usage);
  return checkOutputs({ ...normalise(value, status, usage), ...defined({ changes }) }, schemas);
}

/** The result, or class `contract` when its outputs do not match a schema. A refusal without outputs need not make any up. */
export function checkOutputs(result: PersonaResult, schemas: readonly JsonObject[]): PersonaResult {
  const problems = result.status === 'error' || isBareRefusal(result) ? [] : schemaProblems(result.outputs, schemas);
  return problems.length === 0
    ? result
    : { ...contractError(resultMessages.outputs(problems), result.usage), summary: result.summary };
}

/** A result that says only that the contract was broken. */
export function contractError(message: string, usage: Usage = unknownUsage): PersonaResult {
  return errorResult('contract', message, usage);
}

/** A result without a verdict. */
export function errorResult(kind: ErrorClass, message: string, usage: Usage = unknownUsage): PersonaResult {
  return { status: 'error', summary: '', outputs: {}, usage, error: { class: kind, message } };
}

/** What is wrong with the outputs, by schema. */
function schemaProblems(outputs: JsonObject, schemas: readonly JsonObject[]): string[] {
  return schemas.flatMap((schema) => {
    const check = compileForeign(schema);
    if (check(outputs)) return [];
    return (check.errors ?? []).map(
      (error) => `outputs${dotted(error.instancePath, true)} ${error.message ?? 'is wrong'}${allowed(error.params)}`,
    );
  });
}

function* locate(answer: RawAnswer): InTurns<Found> {
  const file = answer.file?.trim() ?? '';
  // a thought ends where it ends, also in front of what is kept of a long output
  const whole = file === '' ? answer.output : file;
  const text = file === '' && byteLength(whole) > maxResultBytes ? plainOutput(whole) : whole;
  const bytes = byteLength(text);
  if (file !== '') {
    if (bytes > maxResultBytes) return { kind: 'broken', message: resultMessages.tooLarge(bytes, maxResultBytes) };
    const found = yield* findInTurns(file);
    return found.kind === 'nothing' ? { kind: 'broken', message: noResultInFile(file) } : found;
  }
  return yield* findInTurns(bytes > maxResultBytes ? lastBytes(text) : text, answer.prompt);
}

/** Models write null where they have nothing to say. */
function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null && item !== undefined));
}

function noResultInFile(file: string): string {
  try {
    parseJson(file);
    return resultMessages.noStatus();
  } catch (error) {
    return resultMessages.notJson(resultMessages.inFile(), error instanceof Error ? error.message : '');
  }
}

/** A long log ends with the result. The first line of the rest may be half a line: it is dropped. */
function lastBytes(text: string): string {
  const tail = Buffer.from(text, 'utf8').subarray(-maxResultBytes).toString('utf8');
  return tail.slice(tail.indexOf('\n') + 1);
}

/** Every word that says something about the verdict must agree: the least favourable one counts. */
function statusIn(value: WrittenResult): PersonaResult['status'] | undefined {
  const words = [value.status, value.verdict, value.success, value.passed, value.approved].filter(
    (word) => word !== undefined,
  );
  if (words.every((word) => word === '')) return value.error === undefined ? undefined : 'error';
  const found = words.map((word) => (typeof word === 'boolean' ? (word ? 'pass' : 'fail') : statusOf(word)));
  if (found.includes('error')) return 'error';
  if (found.includes('fail')) return 'fail';
  if (value.error !== undefined) return 'error';
  return found.includes('unknown') ? 'unknown' : 'pass';
}

function normalise(value: WrittenResult, status: PersonaResult['status'], usage: Usage): PersonaResult {
  const noop = value.noop?.trim() ?? '';
  return {
    status,
    summary: value.summary?.trim() ?? '',
    // parsed from JSON or YAML: JSON values only
    outputs: (value.outputs ?? {}) as JsonObject,
    ...(noop === '' ? {} : { noop }),
    ...(value.findings === undefined ? {} : { findings: value.findings.map(toFinding) }),
    ...(value.evidence === undefined ? {} : { evidence: value.evidence.map(toEvidence) }),
    ...(value.artifacts === undefined
      ? {}
      : {
          artifacts: value.artifacts.map(({ name, mediaType, content }) => ({
            name,
            mediaType: mediaType ?? 'text/plain',
            content,
          })),
        }),
    ...nextIn(value),
    ...defined({ model: value.model }),
    usage,
    ...(status === 'error' ? { error: toError(value) } : {}),
  };
}

function toFinding(found: NonNullable<WrittenResult['findings']>[number]): ReviewFinding {
  const startLine = found.startLine ?? found.line ?? 1;
  return {
    path: found.path.replace(/^\.\//, ''),
    startLine,
    ...(found.endLine === undefined || found.endLine < startLine ? {} : { endLine: found.endLine }),
    level: levelOf(found.level ?? found.severity ?? 'warning'),
    message: found.message,
    ...defined({ title: found.title }),
  };
}

function levelOf(word: string): ReviewFinding['level'] {
  const plain = word.toLowerCase();
  if (['failure', 'error', 'critical', 'blocker', 'high', 'major'].includes(plain)) return 'failure';
  return ['notice', 'info', 'note', 'low', 'minor', 'nit', 'suggestion'].includes(plain) ? 'notice' : 'warning';
}

/** Whatever it claims: what a persona reports is by the persona. */
function toEvidence(written: NonNullable<WrittenResult['evidence']>[number]): Evidence {
  return {
    by: 'persona',
    command: typeof written.command === 'string' ? [written.command] : written.command,
    exitCode: written.exitCode ?? written.exit_code ?? -1,
    ...defined({ tests: written.tests, output: written.output }),
  };
}

const classes: readonly ErrorClass[] = [
  'transient',
  'rate_limit',
  'auth',
  'config',
  'timeout',
  'cancelled',
  'contract',
  'budget',
  'failed',
];

function toError(value: WrittenResult): NonNullable<PersonaResult['error']> {
  const error = typeof value.error === 'string' ? { message: value.error } : (value.error ?? {});
  const message = error.message ?? value.summary ?? 'The persona reported an error';
  const named = classes.find((one) => one === error.class);
  return {
    class: named ?? classOfText(message),
    message,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(error.retryAfterMs, longestWaitMs) }),
  };
}

/** Whoever says no, or asks first, has nothing to hand on yet. An ask is no pass whatever its status says. */
function isBareRefusal({ status, next, outputs }: PersonaResult): boolean {
  return (status === 'fail' || next?.action === 'ask' || next?.action === 'info') && Object.keys(outputs).length === 0;
}

function dotted(pointer: string, leading = false): string {
  const path = pointer.split('/').slice(1).join('.');
  return path === '' ? '' : leading ? `.${path}` : path;
}

function allowed(params: Json | Readonly<Record<string, unknown>>): string {
  const values = isObject(params) ? params['allowedValues'] : undefined;
  return Array.isArray(values) ? ` (${values.map(String).join(', ')})` : '';
}
