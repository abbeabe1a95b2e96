// Who was asked in each step, what was read and written, what it cost and who says so; and what the whole task took. Pure data; adds nothing that is unknown.
import type { Usage } from '../../engine/index.ts';
import { addDecimal, compareDecimal, quoteLine } from '../../support/index.ts';
import type { Redactor } from '../../support/index.ts';
import { costText, spentBy } from './amounts.ts';
import { billTexts } from './messages.ts';
import type { ShownStep } from './run-steps.ts';

/** A step on the bill. Everything is safe in a table of Markdown; empty where nobody told. */
export interface BillLine {
  readonly step: string;
  /** Persona, agent and model. */
  readonly who: string;
  /** All that was read, what caches gave included. */
  readonly read: string;
  readonly written: string;
  /** Of what was read: what caches gave, and what they took. */
  readonly cached: string;
  readonly cost: string;
  /** Who says what it cost, and what the agent says where that is something else. */
  readonly source: string;
}

/** The bill. `more`: steps that are left out. */
export interface Bill {
  readonly lines: readonly BillLine[];
  readonly more: number;
}

/** A comment has only so much room. */
const mostLines = 40;

/** The steps that asked somebody, those of many items as one; undefined where none did. */
export function billOf(steps: readonly ShownStep[], redactor?: Redactor): Bill | undefined {
  const asked = steps.filter(({ state: { usage = [] } }) => usage.length > 0);
  if (asked.length === 0) return undefined;
  const groups = [...Map.groupBy(asked, keyOf).values()];
  return {
    lines: groups.slice(0, mostLines).map((group) => lineOf(group, redactor)),
    more: groups.slice(mostLines).reduce((count, group) => count + group.length, 0),
  };
}

/** What tables leave out of a list of items is one line here, too. */
function keyOf({ state: { path }, inTable }: ShownStep): string {
  return inTable ? path : path.replaceAll(/\.\d+(?=\.)/g, '.*');
}

function lineOf(group: readonly ShownStep[], redactor: Redactor | undefined): BillLine {
  const usage = group.flatMap(({ state }) => state.usage ?? []);
  const [first] = group;
  return {
    step:
      first === undefined || group.length === 1 ? (first?.name ?? '') : billTexts.items(bareName(first), group.length),
    who: [...new Set(group.map((step) => whoOf(step, redactor)))].join(', '),
    read: sumText(usage, 'inputTokens'),
    written: sumText(usage, 'outputTokens'),
    cached: cachedText(usage),
    cost: costText(spentBy({ usage })),
    source: sourceText(usage),
  };
}

/** Without the number of its item. */
function bareName({ plainName }: ShownStep): string {
  return quoteLine(plainName.replace(/\[[\d.]+\]$/, '').trimEnd(), 80);
}

function whoOf({ state, definition }: ShownStep, redactor: Redactor | undefined): string {
  const { usage = [], result } = state;
  const persona = definition !== undefined && 'persona' in definition ? String(definition.persona) : undefined;
  const models = [...new Set([result?.model, ...usage.map(({ model }) => model)])];
  const who = [persona, result?.agent ?? result?.provider, models.filter((one) => one !== undefined).join(', ')];
  return who.flatMap((one) => (one === undefined || one === '' ? [] : [quoteLine(one, 60, redactor)])).join(' · ');
}

type Counted = 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens';

function sumText(usage: readonly Usage[], key: Counted): string {
  const told = usage.map((one) => one[key]).filter((one) => one !== undefined);
  if (told.length === 0) return '';
  const sum = told.reduce((all, one) => all + one, 0).toLocaleString('en-US');
  return told.length === usage.length ? sum : billTexts.atLeast(sum);
}

function cachedText(usage: readonly Usage[]): string {
  const [gave, took] = [sumText(usage, 'cacheReadTokens'), sumText(usage, 'cacheWriteTokens')];
  return took === '' || took === '0' ? gave : billTexts.cached(gave === '' ? '0' : gave, took);
}

function sourceText(usage: readonly Usage[]): string {
  const sources = new Set(usage.map(({ source }) => source));
  const words = (['gateway', 'provider', 'estimated', 'none'] as const).filter((one) => sources.has(one));
  const said = differing(usage);
  return [words.map((one) => billTexts.source[one]).join(', '), said].filter((one) => one !== '').join('; ');
}

/** What the agent says, where it is more than a tenth away from what was counted. */
function differing(usage: readonly Usage[]): string {
  const compared = usage.filter(({ reported }) => reported !== undefined);
  const costs = compared.filter(({ costUsd, reported }) => costUsd !== undefined && reported?.costUsd !== undefined);
  const counted = costs.reduce((sum, { costUsd = '0' }) => addDecimal(sum, costUsd), '0');
  const told = costs.reduce((sum, { reported }) => addDecimal(sum, reported?.costUsd ?? '0'), '0');
  if (costs.length > 0 && isFar(counted, told)) return billTexts.agentSays(costText({ known: told, complete: true }));
  const tokens = compared.filter(({ reported }) => tokensOf(reported) !== undefined);
  const own = tokens.reduce((sum, one) => sum + (tokensOf(one) ?? 0), 0);
  const theirs = tokens.reduce((sum, { reported }) => sum + (tokensOf(reported) ?? 0), 0);
  return tokens.length > 0 && isFar(String(own), String(theirs)) ? billTexts.agentCounts(theirs) : '';
}

function tokensOf(figures: Usage['reported']): number | undefined {
  const { inputTokens, outputTokens } = figures ?? {};
  return inputTokens === undefined && outputTokens === undefined ? undefined : (inputTokens ?? 0) + (outputTokens ?? 0);
}

/** More than a tenth of what was counted, either way. */
function isFar(counted: string, told: string): boolean {
  if (compareDecimal(counted, told) === 0) return false;
  return Math.abs(Number(counted) - Number(told)) > Number(counted) / 10;
}
