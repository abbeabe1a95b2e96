// Sums of decimal text, exactly: money is never a binary fraction. Reads and prints no currency.

const places = 12;
const one = 10n ** BigInt(places);

/** `'0.1'` and `'0.20'` → `'0.3'`. Text that is no decimal number counts as nothing. */
export function addDecimal(a: string, b: string): string {
  return toText(toUnits(a) + toUnits(b));
}

/** Whether text is a decimal number that `addDecimal` counts. */
export function isDecimal(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text);
}

function toUnits(text: string): bigint {
  if (!isDecimal(text)) return 0n;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * one + BigInt(fraction.slice(0, places).padEnd(places, '0'));
}

function toText(units: bigint): string {
  const fraction = (units % one).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${units / one}` : `${units / one}.${fraction}`;
}
