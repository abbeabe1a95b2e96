// Answers that somebody looks for, and those that are there at once, against the contract of providers that wait.
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('immediate');
waitingProviderContract('poll');
