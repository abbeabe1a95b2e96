// Waits until the bot of a story has handled every delivery that came.
import { vi } from 'vitest';
import type { Story } from './story.ts';

/** The inbox has no work left. */
export async function idle(story: Story, timeoutMs = 55_000): Promise<void> {
  await story.github.settled();
  await vi.waitUntil(
    async () => {
      const { deliveries } = await story.bot().store.counts();
      return (deliveries['new'] ?? 0) + (deliveries['working'] ?? 0) === 0;
    },
    { timeout: timeoutMs, interval: 25 },
  );
}
