// What a backup says of itself: first what it is, so that a foreign file is known at once, and last what was written, so that a cut one is. Shapes and their check.
import Type from 'typebox';
import type { Static } from 'typebox';
import { parseJson, schemaCheck } from '../../support/index.ts';

/** The first file of a backup. */
export const headName = 'troupe-backup.json';
/** The last one. */
export const manifestName = 'manifest.json';
/** The way backups are written; one that is read differently gets another number. */
export const backupFormat = 1;

const head = {
  /** `troupe backup`: nothing else begins so. */
  kind: Type.Literal('troupe backup'),
  backup_format: Type.Integer({ minimum: 1 }),
  troupe: Type.String(),
  store_format: Type.Integer({ minimum: 1 }),
  /** ISO 8601. */
  made_at: Type.String(),
};
const headSchema = Type.Object(head);
const manifestSchema = Type.Object({
  ...head,
  files: Type.Array(
    Type.Object({
      name: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
});

/** What a backup is. */
export type BackupHead = Static<typeof headSchema>;
/** And what is in it, but for the two files that say so. */
export type BackupManifest = Static<typeof manifestSchema>;

const isHead = schemaCheck<BackupHead>(headSchema);
const isManifest = schemaCheck<BackupManifest>(manifestSchema);

/** The head in the text; undefined where it is none. */
export function readHead(text: string): BackupHead | undefined {
  const value = parsed(text);
  return isHead(value) ? value : undefined;
}

/** The manifest in the text; undefined where it is none. */
export function readManifest(text: string): BackupManifest | undefined {
  const value = parsed(text);
  return isManifest(value) ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
