// Texts that were looked through already, and what was kept of each: a long one is stored, shown and sent in turn. Bounded.

/** Characters that are remembered: a persona's answer and what came beside it. */
const most = 4 * 1024 * 1024;

/** Not state: without it every answer would be the same. */
export interface LookedThrough {
  /** What was kept of the text; undefined: it is not known. */
  of(text: string): string | undefined;
  remember(text: string, kept: string): void;
  /** Something is secret now that was not. */
  forget(): void;
  /** How often it was told to forget. */
  time(): number;
}

/** None yet. */
export function createLookedThrough(): LookedThrough {
  const texts = new Map<string, string>();
  let characters = 0;
  let times = 0;
  return {
    of: (text) => (texts.size === 0 ? undefined : texts.get(text)),
    remember(text, kept) {
      if (texts.has(text)) return;
      const size = sizeOf(text, kept);
      if (size > most) return;
      for (const [oldest, itsKept] of texts) {
        if (characters + size <= most) break;
        texts.delete(oldest);
        characters -= sizeOf(oldest, itsKept);
      }
      texts.set(text, kept);
      characters += size;
    },
    forget() {
      texts.clear();
      characters = 0;
      times += 1;
    },
    time: () => times,
  };
}

function sizeOf(text: string, kept: string): number {
  return text.length + (kept === text ? 0 : kept.length);
}
