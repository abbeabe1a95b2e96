// What each finding's code means and what to do about it: the source of the errors page. Text only.

/** An entry of the errors page. */
export interface CodePage {
  readonly title: string;
  readonly explanation: string;
  readonly fix: string;
}

/** Every code that a check of workflow files, expressions or inputs can give. */
export const definitionCodes: Readonly<Record<string, CodePage>> = {
  ...entries('syntax', {
    yaml: [
      'The file is not YAML',
      'The file cannot be read as YAML 1.2 at this place.',
      'Check indentation, quotes, colons and brackets at the line and the one above. Text with `: `, `#`, `*`, `&` or a leading `{` needs quotes.',
    ],
    empty: [
      'The file is empty',
      'There is nothing in the file, or only comments.',
      'Write at least `steps:` with one step.',
    ],
    'too-large': [
      'The file is too large',
      'Workflow files have at most 256 KB.',
      'Move long prompts into persona files; split the workflow.',
    ],
    'too-deep': [
      'The file is nested too deeply',
      'Lists and maps are nested at most 40 deep.',
      'Flatten the structure.',
    ],
    'duplicate-key': [
      'A key is there twice',
      'Two keys of one map have the same name; one would silently win.',
      'Keep one of the two.',
    ],
    key: [
      'A key is not a plain word',
      'Keys are words. A value that starts with `{{` without quotes is read as a map and leads here as well.',
      'Put quotes around the value: `"{{task.title}}"`.',
    ],
    tag: [
      'YAML tags are not allowed',
      'A tag such as `!!binary` or `!include` asks the reader to do something; a workflow is plain data.',
      'Take the tag away.',
    ],
    alias: [
      'An alias leads nowhere',
      'An alias needs an anchor before it, and cannot stand inside it.',
      'Define the anchor first.',
    ],
    'alias-bomb': [
      'Aliases make the file too large',
      'With its aliases written out the file holds more than 20,000 values.',
      'Write less by alias.',
    ],
    encoding: [
      'The file is not UTF-8',
      'Workflow files are UTF-8. Bytes of another encoding (Latin-1, Windows-1252, UTF-16) would come out as other characters.',
      'Save the file as UTF-8.',
    ],
    character: [
      'A character that cannot stand in the file',
      'Control characters such as NUL, a byte order mark in the middle, and lines indented with anything but plain spaces.',
      'Take it away; indent with plain spaces.',
    ],
    'merge-key': [
      'Merge keys are not read',
      '`<<: *base` belongs to YAML 1.1. A workflow is read as YAML 1.2, which has no merge keys.',
      'Write the keys out, or give a whole value by its alias.',
    ],
    'number-as-text': [
      'A number is kept as a text',
      'Where any value may stand (`variables`, `params`), a value keeps the digits that were written: `1.10` would be 1.1 as a number, `007` would be 7.',
      'Put quotes around what is a text; write a number without needless zeros.',
    ],
    'multiple-documents': [
      'More than one document',
      'A file holds one workflow.',
      'Give each workflow a file of its own.',
    ],
    value: [
      'A value cannot be kept',
      'Infinite numbers and the like have no place in a workflow.',
      'Put quotes around text.',
    ],
  }),
  ...entries('schema', {
    'unknown-key': [
      'A key is not known',
      'Every key has an effect or is an error, so that a slip cannot go unseen.',
      'Use the name the hint gives, or one from docs/language.md.',
    ],
    'foreign-word': [
      'A word of another system',
      'The key is from GitHub Actions, Argo or a like system; this language has a word of its own for it.',
      'Use the word the hint gives.',
    ],
    'missing-key': ['A key is missing', 'The step or map needs this key.', 'Add it.'],
    'wrong-type': [
      'A value is of the wrong type',
      'Text, number, list and map are told apart.',
      'Give what the message asks for; quote text.',
    ],
    'unknown-value': ['A value is none of the allowed words', 'The key takes one of a few words.', 'Use one of them.'],
    'unknown-step-type': [
      'A step type is not known',
      '`type` says what the step is.',
      'Use one of the types of docs/language.md.',
    ],
    'unknown-operation': [
      'A git operation is not known',
      '`operation` says what to do.',
      'Use one of the operations of docs/language.md.',
    ],
    'bad-value': [
      'A value does not have the right form',
      'For example a duration, an id or a number in a range.',
      'Give it in the form of the message.',
    ],
    'bad-name': [
      'A name has a character that names cannot have',
      'Inputs and outputs are read in expressions, so they look like variables.',
      'Use letters, digits and `_`.',
    ],
    'no-effect': [
      'A key has no effect here',
      'Together with the other keys of the step this one would change nothing.',
      'Take it away.',
    ],
  }),
  ...entries('structure', {
    'gate-step': [
      'A gate names a step that does not come before it',
      'A gate looks at verdicts that are there, and sends back work that was done.',
      'Name steps that the gate depends on, or steps before those.',
    ],
    'workflow-id': [
      'The file name is no id',
      'The id is the file name: lower-case letters, digits and dashes, at most 50.',
      'Rename the file.',
    ],
    'reserved-workflow-id': [
      'The file name is reserved',
      '`paused`, `needs-human`, `exhausted` and `lint` are labels with a meaning of their own.',
      'Rename the file.',
    ],
    'reserved-id': [
      'A step id is reserved',
      '`prepare` and `settle` are steps that Troupe adds.',
      'Give the step another id.',
    ],
    'item-name': [
      'The name of an item is taken',
      'The name under `as` would hide a name of the language, or that of an item around it.',
      'Choose another name.',
    ],
    'duplicate-id': [
      'A step id is there twice',
      'Ids are unique in the whole file, nested steps included; a dash and an underscore are the same in expressions.',
      'Rename one.',
    ],
    'duplicate-name': [
      'A step name is there twice',
      'Checks on GitHub carry the name.',
      'Give one of them another `name`.',
    ],
    'unknown-dependency': [
      'A dependency does not exist',
      'A step waits for a step that is not there.',
      'Use the name the hint gives.',
    ],
    'dependency-outside-list': [
      'A dependency stands in another list',
      'Steps depend on steps of their own list.',
      'Depend on the step that holds the other one.',
    ],
    'repeated-dependency': ['A dependency is listed twice', 'Once is enough.', 'Take one away.'],
    'cannot-change': [
      'A persona that may not edit is expected to change files',
      'The step says `expect: changes`, and the persona has no tool with which it could: every attempt would fail after it was paid for.',
      'Ask a persona with the tool `edit`, or expect something else.',
    ],
    'key-twice': [
      'The same thing is said twice',
      'A key stands under `params` and beside it, or under two names.',
      'Keep one of the two.',
    ],
    cycle: [
      'Steps wait for each other',
      'No step of the cycle could ever start.',
      'Take one of the dependencies away.',
    ],
    'never-runs': [
      'A step can never run',
      'Everything it needs must have run, and two of these exclude each other by their conditions.',
      'Write `on_skipped_dependency: any` on the step that joins them.',
    ],
    'nothing-before': [
      'A condition that asks about steps before it, and there are none',
      '`failure()`, `success()` and `cancelled()` ask about the steps that come before a step. One without `dependencies` starts at once.',
      'Name the steps under `dependencies:`, or move it under `finally:` or `on_failure:`.',
    ],
    'empty-list': [
      'A list is empty',
      'A list of steps or commands that is there has something in it.',
      'Fill it or take the key away.',
    ],
    'too-deep': [
      'Steps are nested too deeply',
      'Steps are nested at most 6 deep.',
      'Put inner steps beside the outer ones, with dependencies.',
    ],
    'retries-and-retry': [
      'Two ways to repeat on one step',
      '`retries: 2` is short for `retry: { limit: 2 }`.',
      'Keep one.',
    ],
    'one-of-several': [
      'Several providers that are one',
      '`providers` has several do the same step, and the list names one only, or one of them twice.',
      'Name at least two, each once.',
    ],
    'provider-and-providers': [
      'One provider and several',
      '`provider` names who is asked, and who instead of them; `providers` names several that do the step at the same time.',
      'Keep one of the two.',
    ],
    'choice-without-options': [
      'A choice without options',
      'An input of type `choice` lists its values.',
      'Add `options`.',
    ],
    'bad-default': [
      'A default that the input would not take',
      'The default is of the type of the input, or one of its options.',
      'Change the default or the type.',
    ],
    'judged-before': [
      'A step may change files after they were judged',
      'A verdict is about the files that were judged. A later step may change files, and then what finishes or merges the pull request refuses: the verdict is about other files.',
      'Write `unjudged: ["docs/**", "*.md"]` on the step that judges, for the files that need no judgement, or let it judge after the step that writes.',
    ],
    'branch-false': [
      'A workflow that writes nothing has a step that writes',
      '`branch: false` promises that nothing is written.',
      'Take it away, or give the step `commit: none`.',
    ],
  }),
  ...entries('references', {
    'unknown-persona': [
      'A persona does not exist',
      'Personas are looked up in the repository, then among the built-in ones.',
      'Use the name the hint gives, or add the persona file.',
    ],
    'unusable-persona': [
      'The file of a persona has mistakes',
      'The persona that the step names has a file, and it cannot be read. A built-in persona of that name is not used instead: it may be allowed more.',
      'Correct the file that the message names.',
    ],
    'unknown-skill': [
      'A skill is not there',
      'A step or the file of its persona names a skill that is neither `.github/troupe/skills/<name>.md` nor `.claude/skills/<name>/SKILL.md`.',
      'Use the name the hint gives, or add the file.',
    ],
    'unknown-profile': [
      'A profile is not there',
      'A profile is a named variant in the file of the persona.',
      'Use the name the hint gives, or add it to the file under `profiles:`.',
    ],
    'unknown-environment': [
      'An environment is not there',
      'Environments are named in `.github/troupe.yml`; without the right one a step would work with other values.',
      'Use the name the hint gives, or add it under `environments:`.',
    ],
    'unknown-provider': [
      'A provider does not exist',
      "Providers are the operator's, in the server file.",
      'Use one of them, or ask the operator.',
    ],
    'unknown-step': ['An expression reads a step that does not exist', '', 'Use the name the hint gives.'],
    'not-upstream': [
      'An expression reads a step that may not have run',
      'Only steps that come before on every path have a value for sure.',
      'Add the step to the dependencies.',
    ],
    'once-per-item': [
      'An expression reads one of many',
      'A step in a `foreach` runs once for each item; outside of it there is not one result but many.',
      'Read `steps.<foreach>.outputs.results`.',
    ],
    'maybe-not-run': [
      'An expression reads a step of one branch',
      'One list of a `conditional` is skipped, and its steps have no results then.',
      "Write `?.` and `?? 'text'`.",
    ],
    'unknown-output': [
      'An expression reads an output that nobody declares',
      'Outputs are declared in the persona file, in `output_schema` or in `outputs` of the step.',
      'Declare it or use the name the hint gives.',
    ],
    'unknown-state': [
      'No step writes this state',
      '`context.state.get` knows `<step>_status`, `<step>_result` and declared outputs, with `_` for `-`.',
      'Use the name the hint gives.',
    ],
    'unknown-input': ['An input is not declared', '', 'Declare it under `inputs:` or use the name the hint gives.'],
    'unknown-variable': [
      'A variable is not declared',
      'Variables are declared in the file, above where they are read, or in `.github/troupe.yml`.',
      'Declare it.',
    ],
    'unknown-field': ['A name has no such field', '', 'Use the name the hint gives.'],
    'unknown-task-field': [
      'A task has no such field',
      'What issue forms and labels add can have any name, so this is only a warning.',
      'Use the name the hint gives.',
    ],
    'unknown-event': [
      'GitHub sends no such event',
      "Events have the names of GitHub's webhooks, with or without action.",
      'Use the name the hint gives.',
    ],
    'root-not-here': [
      'A name is not known at this place',
      'A trigger knows the task and the event; steps and their results exist once the run has started.',
      'Read what the hint lists.',
    ],
    'never-true': [
      'A comparison that is never true',
      'A verdict is pass, fail or unknown.',
      'Compare with one of the words of the hint.',
    ],
  }),
  ...entries('expression', {
    'large-number': [
      'A number with more digits than it keeps',
      'Whole numbers beyond 9007199254740991 lose digits.',
      'Put quotes around it.',
    ],
    syntax: [
      'An expression cannot be read',
      'Expressions have the syntax of JavaScript.',
      'Check brackets, quotes and operators at the column.',
    ],
    empty: ['An expression is empty', '', 'Write an expression or take the braces away.'],
    'too-long': [
      'An expression is too long',
      'Expressions have at most 8,192 characters.',
      'Compute the value in a step or a variable.',
    ],
    'too-deep': ['An expression is nested too deeply', '', 'Split it.'],
    'unknown-root': [
      'A name is not known',
      'Expressions start with one of the roots of docs/language.md; text needs quotes.',
      'Use the name the hint gives.',
    ],
    'forbidden-name': [
      'A name that reaches into the language',
      '`constructor`, `prototype` and the like are never read.',
      'Take it away.',
    ],
    'not-allowed': [
      'Syntax that expressions do not have',
      'Expressions compare and combine values and change nothing.',
      'Write it with operators and the listed methods.',
    ],
    'unknown-function': ['A function does not exist', '', 'Use one of the listed functions.'],
    'unknown-method': ['A method does not exist', '', 'Use one of the listed methods.'],
    arguments: ['A function or method gets something else than it takes', '', 'See the hint.'],
    subtraction: [
      'A name with a dash is read as a subtraction',
      '`steps.code-review` is `steps.code` minus `review`.',
      "Write `steps.code_review` or `steps['code-review']`.",
    ],
    braces: ['A condition in braces', 'A condition is an expression by itself.', 'Take the braces away.'],
    dollar: ['A form of GitHub Actions', 'Templates are `{{ … }}` here.', 'Take the `$` away.'],
    unclosed: ['A template is never closed', '', 'Close it with `}}`, or write `{{{{` to print two braces.'],
    'not-here': ['A template where none is read', 'This key is read as it stands.', 'Write plain text.'],
  }),
  ...entries('security', {
    secret: [
      'A secret in the file',
      'The value has the form of a key or token, and the file is there for everybody who reads the repository.',
      "Revoke it; keep secrets in the operator's environment.",
    ],
    'words-of-people': [
      'Words of people become a name in git',
      'A title or comment is written by anybody; as a branch or path it does harm.',
      'Use `task.slug` or `task.number`.',
    ],
    'merge-without-approval': [
      'A merge that nobody approved',
      "Merging needs a person's approval of this commit, or the operator's `allow_auto_merge` for the repository.",
      'End with `open-pull-request`.',
    ],
    'template-in-a-command': [
      'A template in a command',
      'People, personas and other programs write what a template gives; in a command it would be code.',
      'Give it under `env:` of the step, and let the program read the variable.',
    ],
    'merge-after-failure': [
      'A merge that may run after a failure',
      'Its condition, or that of a step around it, asks how the run stands and may hold when a step before it failed.',
      'Ask for `success()`, and tell or clean up in a step of its own.',
    ],
  }),
  ...entries('capability', {
    'step-type': [
      'A step type that this version cannot run',
      'The type is part of the language and comes with a later version.',
      'Use the types the hint lists.',
    ],
    'staged-form': ['The staged form', 'This version reads `steps:` only.', 'List the work under `steps:`.'],
    'github-action': ['A GitHub action that this version cannot do', '', 'Use another action.'],
    schedule: [
      'A start by the clock',
      'This version starts no workflow by the clock itself: the bot does not answer to `trigger.schedule`.',
      'A job of GitHub Actions with the same `cron` under `on.schedule` starts it.',
    ],
  }),
  ...entries('resources', {
    'too-many-steps': ['Too many steps', 'A file has at most 200 steps.', 'Split the workflow.'],
    'many-steps': ['Many steps', 'The file is near the limit of 200 steps.', 'Split the workflow before it grows.'],
  }),
  ...entries('style', {
    'no-description': ['A description is missing', 'Told with `--strict`.', 'Say in a sentence what it is for.'],
    'no-timeout': [
      'A timeout is missing',
      'Told with `--strict`.',
      'Write `timeout` on the step, or under `defaults`.',
    ],
    'unused-variable': ['Nothing reads a variable', 'Told with `--strict`.', 'Read it, or take it away.'],
    'unused-input': ['Nothing reads an input', 'Told with `--strict`.', 'Read it, or take it away.'],
    'unused-output': ['Nothing reads an output', 'Told with `--strict`.', 'Read it, or take it away.'],
    'dead-branch': [
      'A condition that is always the same',
      'Told with `--strict`. The steps of one side never run.',
      'Read something that differs from run to run, or take it away.',
    ],
  }),
  ...entries('inputs', {
    unknown: ['An input that the workflow does not have', '', 'Use the name the hint gives.'],
    missing: ['A required input is missing', '', 'Give it.'],
    'wrong-type': ['An input has the wrong type', '', 'Give what the message asks for.'],
  }),
};

function entries(
  layer: string,
  pages: Readonly<Record<string, readonly [title: string, explanation: string, fix: string]>>,
): Record<string, CodePage> {
  return Object.fromEntries(
    Object.entries(pages).map(([name, [title, explanation, fix]]) => [`${layer}/${name}`, { title, explanation, fix }]),
  );
}
