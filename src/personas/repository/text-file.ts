// Reads a text file of the worktree whose place was judged: never a large one, no device, nothing that is no text.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { visibleText } from '../prompt/clean-text.ts';
import { repositoryMessages as say } from './messages.ts';

/** Larger files are not shown. */
export const mostFileBytes = 1024 * 1024;

/** How texts of files are told. */
export interface Told {
  /** Bytes of one answer. */
  readonly most: number;
  /** Takes secrets out: before anything is cut. */
  redact(text: string): string;
}

/** The text without what a person would not see in it, or why there is none. */
export async function readText(
  path: string,
  shown: string,
): Promise<{ readonly text: string } | { readonly refused: string }> {
  try {
    // a pipe would wait for whoever writes into it; a link was followed already
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const about = await file.stat();
      if (!about.isFile()) return { refused: say.notAFile(shown) };
      if (about.size > mostFileBytes) return { refused: say.tooLarge(shown, about.size, mostFileBytes) };
      const bytes = Buffer.alloc(about.size);
      const { bytesRead } = await file.read(bytes, 0, about.size, 0);
      const content = bytes.subarray(0, bytesRead);
      if (content.includes(0)) return { refused: say.binary(shown) };
      return { text: visibleText(content.toString('utf8')) };
    } finally {
      await file.close();
    }
  } catch {
    return { refused: say.unreadable(shown) };
  }
}
