// What the local GitHub keeps of requests and deliveries. Shapes only.
import type { Json } from '../../support/index.ts';

/** One API request that was answered. */
export interface RequestLogEntry {
  readonly method: string;
  /** As in GitHub's reference: `POST /repos/{owner}/{repo}/issues/{issue_number}/comments`; undefined where there is none. */
  readonly route: string | undefined;
  readonly path: string;
  readonly status: number;
  /** Milliseconds on the clock. */
  readonly at: number;
  readonly installation: number | undefined;
  /** sha256 of the token. */
  readonly token: string | undefined;
}

/** A request that was not as GitHub's OpenAPI description says. */
export interface Violation {
  readonly route: string;
  readonly path: string;
  readonly problems: readonly string[];
}

/** One attempt to deliver a webhook. */
export interface DeliveryRecord {
  readonly id: number;
  readonly guid: string;
  readonly hookId: number;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly deliveredAt: number;
  /** 0 while under way or when nobody answered. */
  readonly statusCode: number;
  readonly status: string;
  readonly payload: Json;
}
