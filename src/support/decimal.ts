// Money as decimal text, exactly: it is never a binary fraction. Reads and prints no currency.
import { withoutEnd } from './ends.ts';

const places = 12;
const one = 10n ** BigInt(places);
/** More digits than any sum of money has: nobody's text makes us count for ever. */
const mostDigits = 30;

/** `'0.1'` and `'0.20'` → `'0.3'`. Text that is no decimal number counts as nothing. */
export function addDecimal(a: string, b: string): string {
  return toText(toUnits(a) + toUnits(b));
}

/** How much more the first is than the second; nothing where it is less. */
export function excessOf(a: string, b: string): string {
  const units = toUnits(a) - toUnits(b);
  return toText(units < 0n ? 0n : units);
}

/** Below 0, 0 or above: as `sort` wants it. */
export function compareDecimal(a: string, b: string): number {
  return Number(toUnits(a) - toUnits(b) > 0n) - Number(toUnits(b) - toUnits(a) > 0n);
}

/** The amount in equal parts, to a millionth. */
export function dividedBy(amount: string, parts: number): string {
  const precise = 1_000_000n;
  const step = one / precise;
  const share = toUnits(amount) / BigInt(parts);
  return toText(((share + step / 2n) / step) * step);
}

/** Whether text is a decimal number that `addDecimal` counts. */
export function isDecimal(text: string): boolean {
  return text.length <= mostDigits && /^\d+(\.\d+)?$/.test(text);
}

/**
 * A number, or a number as text (`"0.77"`, `"$0.77"`, `"7.7e-1"`), as decimal text. Undefined for everything that is no amount: below 0,
 * not finite, a million millions.
 */
export function decimalOf(value: unknown): string | undefined {
  // nobody writes an amount in more, and no pattern is to look through a whole answer
  const text = typeof value === 'string' && value.length <= 64 ? withoutUnit(value.trim()) : '';
  if (isDecimal(text)) return toText(toUnits(text));
  const isNumber = /^(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i.test(text);
  const number = typeof value === 'number' ? value : isNumber ? Number(text) : Number.NaN;
  if (!Number.isFinite(number) || number < 0 || number >= 1e12) return undefined;
  return toText(toUnits(number.toFixed(places)));
}

function toUnits(text: string): bigint {
  if (!isDecimal(text)) return 0n;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * one + BigInt(fraction.slice(0, places).padEnd(places, '0'));
}

function withoutUnit(text: string): string {
  return text
    .replace(/^\$/, '')
    .replace(/(?:\$|USD)$/i, '')
    .trim();
}

function toText(units: bigint): string {
  const fraction = withoutEnd((units % one).toString().padStart(places, '0'), '0');
  return fraction === '' ? `${units / one}` : `${units / one}.${fraction}`;
}
