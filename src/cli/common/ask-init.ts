// Asks the person at the terminal what `troupe init` shall write. Writes nothing.
import type { InitChoice } from './init-files.ts';
import type { Terminal } from './io.ts';
import { initMessages as say } from './messages-records.ts';

/** What there is to choose from. */
export interface InitOffer {
  /** Built-in workflows, id → what it does. */
  readonly templates: ReadonlyMap<string, string>;
  /** Providers of the server file. */
  readonly providers: readonly string[];
  /** What the options have said already. */
  readonly given: Partial<InitChoice>;
}

/** The choice; undefined when the person leaves. */
export async function askInit(terminal: Terminal, offer: InitOffer): Promise<InitChoice | undefined> {
  const clack = await import('@clack/prompts');
  const common = { input: terminal.input, output: terminal.output };
  const template =
    offer.given.template ??
    (await clack.select({
      ...common,
      message: say.askTemplate,
      options: [...offer.templates].map(([id, hint]) => ({ value: id, label: id, hint })),
    }));
  if (clack.isCancel(template)) return undefined;
  const provider =
    offer.given.provider ??
    (offer.providers.length === 0
      ? ''
      : await clack.select({
          ...common,
          message: say.askProvider,
          options: [
            { value: '', label: say.defaultProvider },
            ...offer.providers.map((name) => ({ value: name, label: name })),
          ],
        }));
  return clack.isCancel(provider) ? undefined : { template, provider };
}
