// Answers that arrive by callback against the contract of providers that wait.
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('callback');
