// Where the drive loop hears of what happened. Holds messages; handles none.

/** A queue with one reader. */
export interface Mailbox<Message> {
  post(message: Message): void;
  /** All messages so far; none remain. */
  take(): Message[];
  /** Resolves as soon as there is a message. */
  wait(): Promise<void>;
}

/** An empty mailbox. */
export function createMailbox<Message>(): Mailbox<Message> {
  let messages: Message[] = [];
  let wake: (() => void) | undefined;
  return {
    post(message) {
      messages.push(message);
      wake?.();
    },
    take() {
      const taken = messages;
      messages = [];
      return taken;
    },
    wait() {
      return new Promise((resolve) => {
        if (messages.length > 0) return resolve();
        wake = () => {
          wake = undefined;
          resolve();
        };
      });
    },
  };
}
