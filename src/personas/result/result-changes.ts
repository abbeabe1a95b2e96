// Changes of files that a result brings along: the bytes in it, and on which commit they were made. Looks at none of them.
import { isSha } from '../../support/index.ts';
import type { ResultChanges } from '../model/types.ts';
import type { WrittenResult } from './result-schema.ts';

/** The changes as bytes; undefined where nobody can tell what is meant. */
export function readChanges({
  patch,
  patch_base64: packed,
  bundle,
  base,
}: NonNullable<WrittenResult['changes']>): ResultChanges | undefined {
  if ([patch, packed, bundle].filter((one) => one !== undefined).length !== 1) return undefined;
  const content = patch === undefined ? fromBase64(packed ?? bundle ?? '') : Buffer.from(patch, 'utf8');
  if (content === undefined) return undefined;
  return {
    kind: bundle === undefined ? 'patch' : 'bundle',
    ...(base === undefined || !isSha(base) ? {} : { base }),
    content,
  };
}

/** Line ends do no harm. */
function fromBase64(text: string): Buffer | undefined {
  const plain = text.replaceAll(/\s+/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(plain) ? Buffer.from(plain, 'base64') : undefined;
}
