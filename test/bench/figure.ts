// One measured figure beside its bar, and the numbers behind it. Shapes and arithmetic only.

/** A line of the table. */
export interface Figure {
  readonly what: string;
  readonly measured: string;
  /** What was measured beside it in the same run. */
  readonly reference?: string;
  /** Ours by theirs, which does not change with the machine: what the stored baseline is about. */
  readonly ratio?: number;
  /** Which way a ratio gets better; 'lower' where it is not said. */
  readonly better?: 'lower' | 'higher';
  readonly bar: string;
  /** Undefined where there is no bar. */
  readonly isMet?: boolean;
  /** Lines below the table. */
  readonly notes?: readonly string[];
}

/** The value below which the share of the sorted values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value: one slow disk flush does not move it. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Milliseconds with as many digits as they deserve. */
export function ms(value: number): string {
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2)} ms`;
}

/** `1.27×`. */
export function times(value: number): string {
  return `${value.toFixed(2)}×`;
}
