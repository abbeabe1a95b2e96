// Waits until the bot of a story has handled every delivery that came.
import { eventually } from './patience.ts';
import type { Story } from './story.ts';

/** The inbox has no work left. */
export async function idle(story: Story): Promise<void> {
  await story.github.settled();
  await eventually(async () => {
    const { deliveries } = await story.bot().store.counts();
    const open = (deliveries['new'] ?? 0) + (deliveries['working'] ?? 0);
    if (open > 0) throw new Error(`${open} deliveries are not handled`);
  });
}
