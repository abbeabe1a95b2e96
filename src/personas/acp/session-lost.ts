// There is nothing to go on with: the agent cannot, or does not find its session. Told by who talks to it, caught by who asked.

/** The session is not there any more. The message: words that follow `because`. */
export class SessionLost extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'SessionLost';
  }
}
