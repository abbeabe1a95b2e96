// Leaves that every folder may use.
export { canonicalJson, frozen, hashJson, isObject, sha256, toJson } from './json.ts';
export type { Json, JsonObject } from './json.ts';
export { parseJson } from './parse-json.ts';
export { isRunId, isSha, randomRunId, randomToken, runIdOf } from './ids.ts';
export type { BranchName, RunId, Sha, StepPath } from './ids.ts';
export { classOf, hintOf, mayComeLate, messageOf, TroupeError } from './errors.ts';
export type { ErrorClass } from './errors.ts';
export { callbackPath, requestPath, sourcePath } from './callback-path.ts';
export { isSame, signedWith } from './signed-address.ts';
export { transcriptName, transcriptPiece } from './transcript-name.ts';
export { clockMoved, createSteadyClock, isoTime, processClock, sleep, systemClock, wallOf } from './clock.ts';
export { readRetryAfter } from './retry-after.ts';
export type { Clock } from './clock.ts';
export { withoutEnd, withoutEnds, withoutStart } from './ends.ts';
export { decodeText, undecodedByte } from './decode-text.ts';
export { addDecimal, compareDecimal, decimalOf, dividedBy, excessOf, isDecimal } from './decimal.ts';
export { alternativesOf, globProblem } from './glob-limits.ts';
export { formatDuration, parseDuration, readDuration } from './duration.ts';
export {
  byteLength,
  codeSpan,
  fit,
  nearest,
  oneLine,
  quotedName,
  slug,
  splitServerLines,
  forTerminal,
} from './text.ts';
export { withoutHtmlComments } from './html-comments.ts';
export { milestoneFacts } from './milestone.ts';
export type { MilestoneFacts } from './milestone.ts';
export { cleanEnds } from './near-ends.ts';
export { blockQuote, codeBlock, inlineCode, quoteLine, quotePersonaText } from './quote-persona-text.ts';
export type { QuoteOptions } from './quote-persona-text.ts';
export { joinPosted, quotePosted } from './posted-words.ts';
export type { PostedAs } from './posted-words.ts';
export { withoutSkipOrders } from './skip-orders.ts';
export { createRedactor } from './redact.ts';
export type { Redactor } from './redact.ts';
export { schemaCheck, schemaProblem } from './schema-check.ts';
export type { SchemaCheck } from './schema-check.ts';
export { faultInText, machineError, machineFault, throughFaults } from './machine-fault.ts';
export { surviveUnstarted, whyUnstarted } from './unstarted.ts';
export { probeWrite } from './probe-write.ts';
export { createTroubles, githubPart, noTroubles } from './troubles.ts';
export type { Troubles } from './troubles.ts';
export { openAll } from './closing.ts';
export type { Close, ClosingStack } from './closing.ts';
export { lastLook, lastLookMs, nextLook, sinceLongAgo } from './late-answers.ts';
export { createLocalLocks } from './locks.ts';
export type { Lease, Locks } from './locks.ts';
export { silentLogger } from './log.ts';
export type { Logger } from './log.ts';
export { arrow, box, chartId, flowchart, frame } from './mermaid.ts';
export { defined } from './defined.ts';
export { goThroughProxies, networkVariables, proxySecrets } from './network.ts';
export { docsPage, packageRoot } from './package-root.ts';
export { canReplaceProcess, replaceProcess, takeHandedOver } from './replace-process.ts';
export { lifeOf, ownProcess } from './process-owner.ts';
export { sweepTemporaryFolders, temporaryFolder } from './temporary-folder.ts';
