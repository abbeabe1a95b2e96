// What to think about before a workflow runs, and what is known of the personas that it asks. Shapes only.

/** What is known of a persona. */
export interface AnalyzedPersona {
  /** The timeout in its file. */
  readonly timeoutMs?: number;
  readonly expect: readonly string[];
}

/** Something to think about. */
export interface Risk {
  readonly kind: 'no-budget' | 'no-timeout' | 'may-fail' | 'many-attempts' | 'rework' | 'unproven';
  /** The id of the step; absent: it is about the whole workflow. */
  readonly step?: string;
  readonly message: string;
}
