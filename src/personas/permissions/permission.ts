// What an agent asks before it uses a tool, and what it is answered. Shapes only.

/** A question of an agent: may I? */
export interface PermissionQuestion {
  /** The agent's own name for it. */
  readonly id: string;
  /** The class of the tool: read, search, edit, execute, web; any other word is refused. */
  readonly tool: string;
  /** Every place that it names, absolute or against the worktree. */
  readonly paths: readonly string[];
  /** What it wants to do, in the agent's own words: told to people, never judged by. */
  readonly title: string;
}

/** Once, and never always: the next question is a question again. */
export type PermissionAnswer = 'allow_once' | 'reject_once';

/** A question with what it was answered and why. */
export interface AnsweredQuestion {
  readonly question: PermissionQuestion;
  readonly answer: PermissionAnswer;
  /** Words that follow `because`. */
  readonly reason: string;
}

/** Who answers the questions of one request. */
export interface PermissionPort {
  decide(question: PermissionQuestion): Promise<PermissionAnswer>;
}
