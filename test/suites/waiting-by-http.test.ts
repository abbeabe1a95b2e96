// A service over HTTP that answers at once, against the contract of providers: looks and callbacks have files of their own.
import { createHttpSide } from '../support/http-side.ts';
import { waitingProviderContract } from './waiting-provider-contract.ts';

waitingProviderContract('immediate', { through: ' over http', make: () => createHttpSide('immediate') });
