// Makes the findings of one persona file: each with the line of the key that it is about. Decides nothing.
import { defined } from '../../support/index.ts';
import type { Finding } from '../../engine/index.ts';
import type { FrontMatter } from './front-matter.ts';

/** What a finding says; an error where it says nothing else. */
export interface Said {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly severity?: Finding['severity'];
}

/** A finding at a key. */
export type FindingAt = (path: readonly string[], said: Said) => Finding;

/** Findings of this file. */
export function findingsAt(file: string, front: FrontMatter): FindingAt {
  return (path, { code, message, hint, severity = 'error' }) => ({
    severity,
    code,
    file,
    path: path.join('.'),
    ...front.placeOf(path),
    message,
    ...defined({ hint }),
  });
}
