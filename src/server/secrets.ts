// Which webhook secrets are good enough to start with. Never prints one.
import { TroupeError } from '../support/index.ts';
import { serverMessages } from './messages.ts';

/** Throws `config/webhook-secret` when the secret is missing, empty or `development`. */
export function refuseWeakSecret(secret: string | undefined): asserts secret is string {
  const trimmed = secret?.trim() ?? '';
  if (trimmed !== '' && trimmed.toLowerCase() !== 'development') return;
  const message = trimmed === '' ? serverMessages.missingSecret : serverMessages.developmentSecret;
  throw new TroupeError('config/webhook-secret', message, { class: 'config', hint: serverMessages.secretHint });
}
