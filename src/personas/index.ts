// Persona files, providers, prompts, results, sandbox.
export type * from './model/types.ts';
export {
  createSandboxes,
  endingSignal,
  hidesProcesses,
  machineEnvironment,
  signalMeaning,
  withReadable,
} from './sandbox/index.ts';
export type { Sandboxes, SandboxOptions } from './sandbox/index.ts';
export { allowedHostPattern } from './gateway/allowed-host.ts';
export { loadPersonas } from './files/load-personas.ts';
export { parsePersona } from './files/parse-persona.ts';
export { personaOf } from './files/persona-of.ts';
export { isOwnPrompt, promptPieces } from './prompt/prompt-templates.ts';
export { agentWords } from './model/agent-words.ts';
export { infoRequestsOf, rightsOf } from './model/tool-rights.ts';
export { buildPrompt } from './prompt/build-prompt.ts';
export type { BuiltPrompt, PromptSection } from './prompt/build-prompt.ts';
export type { FileForPersona } from './prompt/prompt-parts.ts';
export type { Comment } from './prompt/prompt-parts.ts';
export { replyUsage } from './result/reply-usage.ts';
export { estimated } from './prices/estimate.ts';
export { checkOutputs, errorResult } from './result/parse-result.ts';
export { readTestCounts } from './result/test-counts.ts';
export { transports } from './transports/list.ts';
export type { Transport } from './transports/transport.ts';
export { filesNamed, parseProviderConfigs } from './transports/parse-configs.ts';
export { variablesOf } from './transports/presets.ts';
export { createProviders } from './transports/create-providers.ts';
export { createStandIn } from './transports/scripted.ts';
export { providerNames } from './model/provider-names.ts';
export { providersSchema } from './transports/entry-schema.ts';
export { deriveStrategy } from './transports/strategy.ts';
export { agentsHere, agentVersion } from './providers/agents-here.ts';
export type { AgentHere } from './providers/agents-here.ts';
export { providerNamesOf } from './providers/provider-name.ts';
export { untilReset } from './result/usage-limit.ts';
export { writeTranscript } from './transcript/transcript-writer.ts';
export type { TranscriptWriter } from './transcript/transcript-writer.ts';
export { readTranscript } from './transcript/read-transcript.ts';
export type { TranscriptRow } from './transcript/transcript-schema.ts';
export { publishedSchemas } from './published-schemas.ts';
export type * from './model/workflows.ts';
export { fetchRequest, handIn } from './remote/fetch-request.ts';
export type { RemoteReach } from './remote/fetch-request.ts';
export { openRequest } from './remote/sealed-request.ts';
export { readRequest } from './remote/read-request.ts';
export type { RemoteRequest } from './remote/read-request.ts';
export { fetchSource } from './remote/fetch-source.ts';
export { writeResult } from './remote/write-result.ts';
export { workStream } from './stream/work-stream.ts';
