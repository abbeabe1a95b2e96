// Answers that arrive by callback of a real service over HTTP, against the contract of providers that wait.
import { createHttpSide } from '../support/http-side.ts';
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('callback', { through: ' over http', make: () => createHttpSide('callback') });
