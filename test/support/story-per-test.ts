// One story per test: the stage is cleared after it, and whatever the local GitHub complained of fails it.
import { afterEach, expect } from 'vitest';
import { complaints } from './github.ts';
import { startStory } from './story.ts';
import type { Story, StoryOptions } from './story.ts';

/** Call it once, at the top of a file. Gives what sets the stage. */
export function storyPerTest(): (options?: StoryOptions) => Promise<Story> {
  let story: Story | undefined;
  afterEach(async () => {
    const said = story === undefined ? [] : complaints(story.github);
    await story?.close();
    story = undefined;
    expect(said).toEqual([]);
  });
  return async (options) => {
    story = await startStory(options);
    return story;
  };
}
