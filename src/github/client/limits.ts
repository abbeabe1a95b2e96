// Every number of GitHub's that Troupe respects, in one place, with where it comes from. Never measures or enforces anything.

/** GitHub's limits and our margins below them. Times in milliseconds, sizes in bytes unless the name says otherwise. */
export const limits = {
  /** GitHub gives up on a webhook after 10 s: docs "Best practices for using webhooks". We answer before any work. */
  webhookAnswerMs: 10_000,
  /** Payloads over 25 MB are never sent: docs "Webhook events and payloads". One MB of margin for headers and framing. */
  webhookBodyBytes: 26 * 1024 * 1024,
  /** Deliveries can be listed and fetched again for 3 days: docs "Redelivering webhooks". */
  deliveriesKeptMs: 3 * 24 * 3_600_000,
  /** Least requests an installation has per hour; grows to 12,500 with users and repositories: docs "Rate limits for the REST API". */
  requestsPerHour: 5_000,
  /** Concurrent requests GitHub allows are 100, REST and GraphQL together (same page); we stay far below, other tools share them. */
  concurrentRequests: 20,
  /** Points per minute of REST, a GET counts 1, a write 5: docs "About secondary rate limits". */
  restPointsPerMinute: 900,
  /** Points per minute of GraphQL, a mutation counts 5 (same page). */
  graphqlPointsPerMinute: 2_000,
  /** GitHub: 80 content-creating requests per minute, 500 per hour (same page). Our margin below them. */
  contentPerMinute: 60,
  contentPerHour: 400,
  /** GitHub asks for a second between writes: docs "Best practices for using the REST API". */
  writeIntervalMs: 1_000,
  /**
   * Writes that may follow each other without the interval after a quiet time. The advice above is about sustained writing; a run
   * opens with a handful of writes at once, and 20 of them (100 points) are a ninth of the minute's points.
   */
  writeBurst: 20,
  /** Wait after a secondary limit that names no time: docs "Exceeding the rate limit" say at least one minute. */
  secondaryWaitMs: 60_000,
  /** The windows of all limits are an hour (same page); a minute for what a clock is off by. */
  longestWaitMs: 61 * 60_000,
  /** Waits in a row for the same call before it fails as `rate_limit`: the caller has a durable timer, we have not. */
  limitWaits: 5,
  /** Tries of a call that may be repeated, and the first pause between them; ours. */
  tries: 3,
  retryDelayMs: 400,
  /** GitHub ends a request after 10 s of its own time; three times that covers slow networks. */
  requestTimeoutMs: 30_000,
  /** Installation tokens live 60 minutes; 5 are left for the request that carries one. */
  tokenRenewMs: 55 * 60_000,
  /** Nothing that GitHub gives for a job or an installation is good for longer, and nothing that an App signs itself. */
  tokenLifeMs: 60 * 60_000,
  signedLifeMs: 10 * 60_000,
  /** Check run output: 65,535 each, counted in bytes (measured; the docs say characters). */
  checkSummaryBytes: 65_535,
  checkTextBytes: 65_535,
  /** Check run title and name; ours, GitHub's page shows about this much. */
  checkTitleCharacters: 250,
  /** Annotations per request; further requests append: docs "Update a check run". */
  annotationsPerRequest: 50,
  /** An annotation's message is 64 KB, its title 255 characters (same page). */
  annotationMessageBytes: 64_000,
  annotationTitleCharacters: 255,
  /** Buttons: at most 3 with label 20, identifier 20, description 40 characters (same page). */
  checkActions: 3,
  checkActionLabel: 20,
  checkActionIdentifier: 20,
  checkActionDescription: 40,
  /** Check runs with one name in one suite; older ones are dropped (same page). */
  checkRunsPerName: 1_000,
  /** Check runs that are open for 14 days are marked stale (same page). */
  checkStaleMs: 14 * 24 * 3_600_000,
  /** A commit status' description: docs "Create a commit status". */
  statusDescriptionCharacters: 140,
  /** Comment, issue and pull request bodies: 65,536 characters; we cap at 60,000 bytes, which is below it in every script. */
  bodyBytes: 60_000,
  /** Issue and pull request titles; 256 is refused above (measured). */
  titleCharacters: 256,
  /** A label's name and description: docs "Create a label". */
  labelCharacters: 50,
  labelDescriptionCharacters: 100,
  /** `contents` sends files up to 1 MB as text; larger ones come from `git/blobs`: docs "Get repository content". */
  contentsBytes: 1024 * 1024,
  /** Rows per page of every listing. */
  pageSize: 100,
  /** Pages we follow of a listing before we stop; ours. */
  pages: 30,
  /** A job's step summary in Actions. */
  stepSummaryBytes: 1024 * 1024,
  /** Answers kept for conditional requests, per installation; a 304 costs nothing of the hourly limit. Ours. */
  cachedAnswers: 500,
  cachedBytes: 4 * 1024 * 1024,
} as const;
