// Answers that arrive by stream against the contract of providers that wait.
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('stream');
