// What keeps a model over HTTP from playing a persona, told before anything is sent. Asks no network.
import { llmMessages as say } from '../llm/messages.ts';
import { vendorOf } from '../llm/vendors.ts';
import type { Persona, ProviderProblem, ProviderServices } from '../model/types.ts';
import { addressOf, headersOf, keyVariable, modelOf } from './llm-config.ts';
import type { LlmConfig } from './llm-config.ts';
import { addressFault } from './web-address.ts';

/** All of it. */
export function llmProblems(config: LlmConfig, persona: Persona, services: ProviderServices): ProviderProblem[] {
  const hands = handsProblem(config.name, persona);
  const found = [
    ...addressProblems(config),
    ...keyProblems(config, services),
    ...(modelOf(config, { persona }) === undefined && !hasModels(persona)
      ? [{ severity: 'error', message: say.noModel(config.name), hint: say.noModelHint() } as const]
      : []),
    ...(hands === undefined ? [] : [hands]),
  ];
  if (hands !== undefined || !persona.tools.includes('web')) return found;
  return [...found, { severity: 'warning', message: say.noWeb(config.name, persona.id), hint: say.noWebHint() }];
}

/** A step that chooses a profile may have a model by it. */
function hasModels({ profiles }: Persona): boolean {
  return Object.values(profiles).some(({ model }) => model !== undefined);
}

/** Tools are a promise: who is to change files or run something needs an agent. */
export function handsProblem(
  name: string,
  persona: Persona,
): (ProviderProblem & { readonly hint: string }) | undefined {
  const missing = persona.tools.filter((tool) => tool === 'edit' || tool === 'execute');
  if (missing.length === 0) return undefined;
  return { severity: 'error', message: say.cannot(name, persona.id, missing), hint: say.cannotHint() };
}

/** What is wrong with the place that everything is sent to. */
export function addressProblems(config: LlmConfig): ProviderProblem[] {
  const { name, options } = config;
  if (options.base_url === undefined && vendorOf(options.api).baseUrl === undefined)
    return [{ severity: 'error', message: say.noAddress(name), hint: say.noAddressHint() }];
  const address = addressOf(config);
  const fault = addressFault(address, options.allow_http);
  if (address === undefined || fault === 'none')
    return [{ severity: 'error', message: say.badAddress(name), hint: say.badAddressHint() }];
  if (/^models\.(?:github\.ai|inference\.ai\.azure\.com)$/i.test(address.hostname))
    return [{ severity: 'error', message: say.githubModels(name), hint: say.githubModelsHint() }];
  if (fault === 'plain') return [{ severity: 'error', message: say.plainHttp(name), hint: say.plainHttpHint() }];
  return [];
}

function keyProblems(config: LlmConfig, services: ProviderServices): ProviderProblem[] {
  const { name, options } = config;
  const vendor = vendorOf(options.api);
  const variable = keyVariable(config);
  const headers = headersOf(config)
    .filter(([, from]) => isMissing(from, services))
    .map(([header, from]): ProviderProblem => ({
      severity: 'error',
      message: say.noHeader(name, header, from),
      hint: say.noKeyHint(from),
    }));
  if (variable !== undefined && isMissing(variable, services))
    return [{ severity: 'error', message: say.noKey(name, variable), hint: say.noKeyHint(variable) }, ...headers];
  if (variable !== undefined || vendor.key === undefined) return headers;
  // a gateway may take another header in place of the key
  if (headersOf(config).length > 0) return headers;
  return [{ severity: 'error', message: say.noKeyNamed(name, vendor.title), hint: say.noKeyNamedHint(vendor.key) }];
}

function isMissing(variable: string, services: ProviderServices): boolean {
  return (services.secret(variable) ?? '') === '';
}
