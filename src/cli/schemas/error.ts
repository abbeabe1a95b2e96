// The schema of what stands on standard output in the place of a document where a command with `--json` could not do it.
import Type from 'typebox';
import { exact, maybe } from './parts.ts';

/** Every command with `--json`. */
export const errorOutput = exact(
  {
    error: exact({
      code: Type.String({ description: 'Stable; has a section in docs/errors/README.md.' }),
      message: Type.String(),
      hint: maybe(Type.String({ description: 'What to do next.' })),
      exit_code: Type.Enum([1, 2], { description: 'What the command ends with.' }),
    }),
  },
  'In the place of any document of `--json`, on one line: why there is none.',
);
