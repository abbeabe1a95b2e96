// Where the words of a configured command stand: against the configuration file. Looks at no disk.
import { isAbsolute } from 'node:path';
import type { Placing } from './transport.ts';

/** `./x` and `../x` stand against the configuration file, and so does a program in a folder: never against a worktree, whose files others wrote. */
export function placedCommand(command: readonly string[], at: Placing): readonly string[] {
  return command.map((word, index) => {
    const isPlace = /^\.\.?\//.test(word) || (index === 0 && word.includes('/'));
    return !isAbsolute(word) && isPlace ? at.file(word) : word;
  });
}
