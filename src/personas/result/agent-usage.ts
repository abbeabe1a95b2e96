// What everything that an agent printed says about its cost: figures that are of a whole session become differences, the rest is added up.
import { setImmediate } from 'node:timers/promises';
import { addDecimal, defined, excessOf, parseJson } from '../../support/index.ts';
import type { Usage } from '../../engine/index.ts';
import { parseLine } from './plain-output.ts';
import { sessionOf, sumOf, usageReports } from './usage-reports.ts';
import type { UsageReport } from './usage-reports.ts';
import { tokenKeys, unknownUsage, usageOf } from './usage.ts';
import type { Figures } from './usage.ts';

/** One agent session while its reports are read. */
interface Session {
  /** What is told so far. */
  told: Figures;
  /** The newest report of a whole session; the next one is counted from it. */
  before: Figures;
  /** A report named tokens and no price. */
  unpriced: boolean;
  /** Answers of models that no later report has contained yet. */
  open: Map<string, Figures>;
}

/** Values that are read before others have their turn. */
const valuesPerTurn = 4_000;

/** The usage in an agent's output: one JSON document, or one JSON value a line among other lines. `none` where it tells nothing. */
export function usageIn(output: string): Usage {
  const reading = beginReading();
  for (const value of valuesIn(output)) reading.take(value);
  return reading.usage();
}

/** The same in turns of the event loop: an agent may tell it in every line. */
export async function usageInTurns(output: string): Promise<Usage> {
  const reading = beginReading();
  let count = 0;
  for (const value of valuesIn(output)) {
    reading.take(value);
    count += 1;
    if (count % valuesPerTurn === 0) await setImmediate();
  }
  return reading.usage();
}

function beginReading(): { take(value: unknown): void; usage(): Usage } {
  const sessions = new Map<string, Session>();
  let current = '';
  return {
    take(value) {
      current = sessionOf(value) ?? current;
      for (const report of usageReports(value, { session: current, depth: 0 })) take(sessions, report);
    },
    usage() {
      const all = [...sessions.values()];
      const usage = usageOf(sumOf(all.flatMap(({ told, open }) => [told, ...open.values()])));
      // what is open when the output ends has cost something that nobody has told yet
      const isWhole = all.every(
        ({ unpriced, open }) => !unpriced && [...open.values()].every(({ costUsd }) => costUsd !== undefined),
      );
      return usage === unknownUsage ? usage : { ...usage, complete: usage.complete && isWhole };
    },
  };
}

function take(sessions: Map<string, Session>, report: UsageReport): void {
  const session = sessions.get(report.session) ?? {
    told: {},
    before: {},
    unpriced: false,
    open: new Map<string, Figures>(),
  };
  sessions.set(report.session, session);
  const { figures } = report;
  if (report.tokens === 'message') {
    session.open.set(report.id ?? '', figures);
    return;
  }
  session.open.clear();
  session.unpriced ||= figures.costUsd === undefined;
  const cost = report.cost === 'session' ? costSince(session.before, figures) : figures.costUsd;
  const tokens = report.tokens === 'session' ? tokensSince(session.before, figures) : figures;
  session.told = sumOf([session.told, { ...withoutCost(tokens), ...defined({ costUsd: cost }) }]);
  session.before = {
    ...session.before,
    ...(report.tokens === 'session' ? withoutCost(figures) : {}),
    ...(report.cost === 'session' && figures.costUsd !== undefined ? { costUsd: figures.costUsd } : {}),
  };
}

/** A figure that fell belongs to a count that began anew. */
function costSince({ costUsd: before = '0' }: Figures, { costUsd: now }: Figures): string | undefined {
  if (now === undefined) return undefined;
  return addDecimal(now, '0') === addDecimal(before, '0') || excessOf(now, before) !== '0'
    ? excessOf(now, before)
    : now;
}

function tokensSince(before: Figures, now: Figures): Figures {
  const fell = tokenKeys.some((key) => (now[key] ?? 0) < (before[key] ?? 0));
  if (fell) return now;
  return Object.fromEntries(
    tokenKeys.flatMap((key) => (now[key] === undefined ? [] : [[key, now[key] - (before[key] ?? 0)]])),
  );
}

function withoutCost({ costUsd: _costUsd, ...tokens }: Figures): Figures {
  return tokens;
}

/** What a line about cost, or the line that names its session, has in it: a long log of other lines is not parsed. */
const mayTell = /usage|cost|token|stats|session|thread|eval_count|model/i;

/** Begins or ends what is laid out over several lines. */
const bracket = /^[[\]{}]/;

/** The whole as one value; else each line that is one, and each object that is laid out over several. */
function* valuesIn(output: string): Generator<unknown> {
  const whole = parse(output.trim());
  if (whole !== undefined) yield whole;
  if (whole !== undefined || !mayTell.test(output)) return;
  let laidOut: string[] | undefined;
  for (const line of output.replaceAll(/\n{2,}/g, '\n').split('\n')) {
    if (!bracket.test(line) && !mayTell.test(line)) {
      laidOut?.push(line);
      continue;
    }
    const text = line.replace(/^data:/, '').trim();
    const value = mayTell.test(text) ? (parseLine(text) ?? parseLine(afterPrefix(text))) : undefined;
    if (value !== undefined) yield value;
    if (/^[[{]$/.test(line.trimEnd())) laidOut = [];
    laidOut?.push(line);
    if (laidOut === undefined || !/^[\]}],?$/.test(line.trimEnd())) continue;
    yield parse(laidOut.join('\n')) ?? {};
    laidOut = undefined;
  }
}

/** What stands after a time or a name that a wrapper puts before each line. */
function afterPrefix(line: string): string {
  const start = line.indexOf('{"');
  return start > 0 && start <= 200 && /usage|cost|tokens/i.test(line) ? line.slice(start) : '';
}

function parse(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
