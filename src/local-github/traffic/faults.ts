// Knobs that make the local GitHub misbehave: wrong answers, lost, repeated or held webhooks. Never acts unless a test asked.
import type { AnswerFault, DeliveryFault, DeliveryRecord } from '../types/index.ts';
import type { StoredDelivery } from '../world/world.ts';

/** What the courier asks. */
export interface DeliveryFaults {
  readonly held: StoredDelivery[];
  effectOn(delivery: DeliveryRecord): DeliveryFault['effect'] | undefined;
}

/** What the server asks. */
export interface AnswerFaults {
  /** The fault that hits this request, counted. */
  next(route: string, path: string, body?: Buffer): AnswerFault | undefined;
}

/** Both kinds of knobs and their switches. */
export interface FaultBoard extends DeliveryFaults, AnswerFaults {
  answer(fault: AnswerFault): void;
  deliveries(fault: DeliveryFault): void;
  clear(): void;
}

/** A board on which nothing is switched on. */
export function createFaultBoard(): FaultBoard {
  const answers: { readonly fault: AnswerFault; seen: number }[] = [];
  const deliveries: { readonly fault: DeliveryFault; used: number }[] = [];
  const held: StoredDelivery[] = [];
  return {
    held,
    answer: (fault) => void answers.push({ fault, seen: 0 }),
    deliveries: (fault) => void deliveries.push({ fault, used: 0 }),
    clear() {
      answers.length = 0;
      deliveries.length = 0;
    },
    next(route, path, body) {
      let hit: AnswerFault | undefined;
      for (const entry of answers) {
        if (!matches(entry.fault.route, route) || !isAbout(entry.fault.repository, path)) continue;
        if (entry.fault.containing !== undefined && body?.includes(entry.fault.containing) !== true) continue;
        entry.seen += 1;
        const first = entry.fault.nth ?? 1;
        if (hit === undefined && entry.seen >= first && entry.seen < first + (entry.fault.times ?? 1))
          hit = entry.fault;
      }
      return hit;
    },
    effectOn(delivery) {
      const name = delivery.action === null ? delivery.event : `${delivery.event}.${delivery.action}`;
      for (const entry of deliveries) {
        const { event, times } = entry.fault;
        if (event !== '*' && event !== delivery.event && event !== name) continue;
        if (entry.used >= (times ?? Number.POSITIVE_INFINITY)) continue;
        entry.used += 1;
        return entry.fault.effect;
      }
      return undefined;
    },
  };
}

function matches(pattern: string, route: string): boolean {
  const [method = '*', path = '*'] = pattern.split(' ');
  const [actualMethod = '', actualPath = ''] = route.split(' ');
  return (method === '*' || method === actualMethod) && (path === '*' || path === actualPath);
}

function isAbout(repository: string | undefined, path: string): boolean {
  return repository === undefined || `${path}/`.replace('.git/', '/').includes(`/${repository}/`);
}
