// The schemas of what is told of a backup.
import Type from 'typebox';
import { count, exact, moment, texts } from './parts.ts';

const about = {
  files: count,
  madeAt: moment,
  storeFormat: Type.Integer({ minimum: 1, description: 'The format of the database in it.' }),
  troupe: Type.String({ description: 'The version that wrote it.' }),
};

/** `troupe backup`. */
export const backupOutput = exact(
  { file: Type.String(), bytes: count, ...about, warnings: texts },
  'What was written.',
);

/** `troupe restore`. */
export const restoreOutput = exact({ directory: Type.String(), ...about }, 'What was put back, and where.');
