// What was opened is closed in reverse order, each thing once, whatever the others do; also when the next thing cannot be opened.

/** Closes one thing. `graceMs`: how long it may wait for what is under way. */
export type Close = (graceMs: number) => unknown;

/** Things that are open. */
export interface ClosingStack {
  /** Closed before everything that was added earlier. */
  add(close: Close): void;
  /** Closes everything. A second call closes nothing again. Throws the first failure once everything has been tried. */
  close(graceMs: number): Promise<void>;
}

/** A stack with nothing on it. */
export function createClosingStack(): ClosingStack {
  const stack = new AsyncDisposableStack();
  let grace = 0;
  let closing: Promise<void> | undefined;
  return {
    add: (close) =>
      stack.defer(async () => {
        await close(grace);
      }),
    close(graceMs) {
      grace = graceMs;
      return (closing ??= stack.disposeAsync().catch((error: unknown) => {
        throw firstOf(error);
      }));
    },
  };
}

/**
 * Opens things one after another; `open` adds each to the stack. When it fails, what it had opened is closed, and its failure
 * is thrown; one of closing is handed to `alsoFailed`.
 * @example const host = await openAll(async (stack) => { … stack.add(() => store.close()); … }, (error) => log.warn({ error }, '…'));
 */
export async function openAll<Opened>(
  open: (stack: ClosingStack) => Promise<Opened>,
  alsoFailed: (error: unknown) => void,
): Promise<Opened> {
  const stack = createClosingStack();
  try {
    return await open(stack);
  } catch (error) {
    await stack.close(0).catch(alsoFailed);
    throw error;
  }
}

/** The language wraps each later failure around the ones before. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}
