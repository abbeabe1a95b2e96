// Answers that people give on the issue against the contract of providers that wait.
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('person');
