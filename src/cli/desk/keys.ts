// The keys of a run that is watched: what they mean, and reading them. Acts on nothing itself.
import type { Terminal } from '../common/io.ts';

/** What a key asks for. */
export type KeyWish = 'pause' | 'resume' | 'ask-cancel' | 'cancel' | 'back' | 'interrupt';

/** `c` is asked about once: `y` does it, every other key goes back. */
export function wishOfKey(
  key: string,
  at: { readonly asking: boolean; readonly paused: boolean },
): KeyWish | undefined {
  if (key === '\u0003') return 'interrupt';
  if (at.asking) return key === 'y' || key === 'Y' ? 'cancel' : 'back';
  if (key === 'p' || key === 'P') return at.paused ? 'resume' : 'pause';
  return key === 'c' || key === 'C' ? 'ask-cancel' : undefined;
}

/** Calls back with each key that is pressed. Returns the way to stop, which gives the terminal back as it was. */
export function readKeys({ input }: Terminal, onKey: (key: string) => void): () => void {
  function hear(chunk: Buffer): void {
    const text = chunk.toString('utf8');
    // arrows and function keys come as one sequence that holds letters
    if (text.startsWith('\u001b')) return;
    for (const key of text) onKey(key);
  }
  input.setRawMode(true);
  input.on('data', hear);
  input.resume();
  return () => {
    input.off('data', hear);
    input.setRawMode(false);
    input.pause();
  };
}
