// Why a rule of a start holds, as `explain` says it. Why it does not is said by the reasons and answers in `common/messages.ts`.

/** A sentence for each rule. */
export const holding = {
  nothingChosen: () => 'no workflow was chosen that it could be about',
  match: () => 'a workflow answers to it',
  stillTrue: () => 'what happened still counts',
  people: () => 'a person asks',
  listedBot: (login: string) => `the bot ${login} is in permissions.bots`,
  trusted: () => 'nobody’s permission is asked for it',
  files: () => 'the files it depends on have no mistakes',
  known: () => 'the workflow is there',
  single: () => 'no other workflow answers to it with the same priority',
  open: () => 'the task is open, or nobody says it has to be',
  notPaused: () => 'the label troupe:paused is not on',
  ownBranch: () => 'it may write where it has to',
  inputs: () => 'its inputs are right',
  beforePaying: () => 'nothing that can be known beforehand stands against it',
  rate: () => 'no limit of runs in an hour or a day is reached',
  budget: () => 'the day’s money is not spent',
  lockName: () => 'its concurrency.group has a value',
  free: () => 'no other run stands against it',
};
