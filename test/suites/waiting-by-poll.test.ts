// Answers that somebody looks for, at a real service over HTTP, and those that are there at once, against the contract of providers that wait.
import { createHttpSide } from '../support/http-side.ts';
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('immediate');
waitingProviderContract('poll', { through: ' over http', make: () => createHttpSide('poll') });
