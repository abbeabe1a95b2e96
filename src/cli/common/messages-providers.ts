// What `doctor` and `queue` say of providers that are out. Text only, no logic.

/** Sentences about providers. */
export const providerOutMessages = {
  limit: (time: string) => `the limit of its account resets at ${time}; its runs wait until then`,
  failures: (time: string) => `kept failing: left alone until ${time}, then one request finds out`,
  refused: 'its key was refused a moment ago',
  busy: (working: number, slots: number) => `${working} of ${slots} slots are busy`,
  waiting: (steps: number) => (steps === 1 ? '1 step waits for it' : `${steps} steps wait for it`),
  line: (account: string, message: string) => `provider ${account}: ${message}`,
} as const;
