// What `troupe report`, `artifacts`, `inspect`, `personas`, `init` and `completion` say.

/** Sentences about the records of a run. */
export const recordMessages = {
  noArtifacts: 'The run has kept nothing.',
  noArtifact: (name: string, near: string | undefined): string =>
    `The run has no artifact "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  artifactsHint: (names: readonly string[]): string =>
    names.length === 0
      ? 'The run has kept nothing.'
      : `It has kept: ${names.slice(0, 40).join(', ')}${names.length > 40 ? ' …' : ''}.`,
  artifactGone: (name: string): string => `The artifact "${name}" is past its time and was removed`,
  noStep: (step: string, near: string | undefined): string =>
    `The run has no step "${step}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  noPersona: (id: string, near: string | undefined): string =>
    `There is no persona "${id}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  personasHint: '`troupe personas` lists those of this repository and the built-in ones.',
  stepsHint: (steps: readonly string[]): string => `Its steps: ${steps.join(', ')}.`,
};

/** Sentences of `troupe init`. */
export const initMessages = {
  noTemplate: (name: string, near: string | undefined): string =>
    `There is no template "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
  templatesHint: (names: readonly string[]): string => `Templates: ${names.join(', ')}.`,
  atRoot: (root: string): string => `In ${root}, the root of this working copy:`,
  exists: (path: string): string => `= ${path} is there already and stays as it is`,
  wrote: (path: string): string => `+ ${path}`,
  isValid: (path: string): string => `✓ ${path} is valid`,
  askTemplate: 'Which workflow do you start from?',
  askProvider: 'Which provider shall its steps name?',
  defaultProvider: 'none: the default of whoever runs it',
  nothingWritten: 'Nothing was written.',
  next: (workflow: string, rehearsal: string, folder?: string): readonly string[] => [
    '',
    'Next:',
    ...(folder === undefined ? [] : [`  cd ${folder}`]),
    `  troupe validate .github/troupe/workflows/${workflow}.yml`,
    `  git add .github && git commit -m "Add a troupe workflow"`,
    `  troupe run ${workflow} --task "Try it" --answers ${rehearsal}`,
    `On GitHub: commit it to the default branch, then put the label troupe:${workflow} on an issue.`,
  ],
};

/** Sentences of `troupe completion`. */
export const completionMessages = {
  badShell: (shell: string): string => `There is no completion for "${shell}"`,
  shellsHint: 'Shells: bash, zsh, fish.',
};
