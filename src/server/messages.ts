// What server/ says: in answers to requests, and to the operator.

/** Sentences of the HTTP server. */
export const serverMessages = {
  missingSecret: 'Cannot start the webhook server: WEBHOOK_SECRET is not set',
  developmentSecret: 'Cannot start the webhook server: WEBHOOK_SECRET is Probot’s default, which everybody knows',
  secretHint:
    'Set WEBHOOK_SECRET to a long random value, for example from `openssl rand -hex 32`, and enter the same value in the settings of the GitHub App.',
  cannotListen(host: string, port: number, why: string): string {
    return `Cannot listen on ${host}:${port}: ${why}`;
  },
  cannotListenHint: 'Choose another address with HOST and PORT.',
  notJson: 'The content type must be application/json: choose it in the settings of the webhook.',
  missingHeaders: 'X-GitHub-Event and X-GitHub-Delivery are required.',
  missingSignature: 'X-Hub-Signature-256 is required: set a secret for the webhook.',
  wrongSignature: 'The signature does not fit the body and the secret.',
  notUtf8: 'The body is not UTF-8 text.',
  notObject: 'The body is not a JSON object.',
  tooLarge: 'The body is too large.',
  malformed: 'The request is malformed.',
  unavailable: 'The delivery could not be stored.',
  noSuchRequest: 'There is no such request.',
  wrongCallbackSignature:
    'The signature does not fit: webhook-id, webhook-timestamp (within five minutes) and webhook-signature as in Standard Webhooks, with the secret of this request.',
  wrongSourceSignature: 'This address was not made for this request.',
  sourceOver: 'The time of this address is over, or nobody waits for the answer any more.',
  requestTaken: 'Another worker has this request.',
  answerNotStored: 'The answer could not be stored.',
  notFound: 'There is nothing here.',
  tooMany: 'Too many requests.',
  notAllowed: 'Only this machine may ask for this, or a request with the API token.',
} as const;
