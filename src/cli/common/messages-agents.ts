// What the command line says about agents that were found on this machine.

/** Sentences. */
export const agentMessages = {
  notInstalled: 'not installed',
  tier: ({ tier, asks_nobody: asksNobody }: { readonly tier: 0 | 1; readonly asks_nobody: boolean }): string =>
    `${tier === 1 ? 'behind bubblewrap (tier 1)' : 'without bubblewrap (tier 0)'}${asksNobody ? '; asks nobody before it acts: tier 1 or 2 only' : ''}`,
  behindGateway: ({
    tier,
    not_behind_gateway: not,
  }: {
    readonly tier: 0 | 1;
    readonly not_behind_gateway?: { readonly message: string; readonly mend: string };
  }): string => {
    if (not !== undefined) return `tier 2, sandbox: gateway: no. ${not.message}. ${not.mend}`;
    return tier === 1 ? 'tier 2, sandbox: gateway: yes' : 'tier 2, sandbox: gateway: no, it needs bubblewrap';
  },
  theirs: (file: string): string => `Agents on the PATH are not used: ${file} names the providers.`,
  first: (name: string): string => `Nobody names a provider, so ${name} plays: the first agent that is ready.`,
  none: 'Nobody names a provider, and no agent is ready.',
};
