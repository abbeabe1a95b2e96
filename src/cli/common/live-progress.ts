// A run on a terminal: one line a step that changes while it goes on, and a footer. Draws on stderr only.
import { createLogUpdate } from 'log-update';
import picocolors from 'picocolors';
import type { RunState } from '../../engine/index.ts';
import type { Terminal } from './io.ts';
import type { Progress } from './progress.ts';
import { screenLines } from './screen-lines.ts';
import { processClock } from '../../support/index.ts';

/** Progress that makes room for prompts. */
export interface Screen extends Progress {
  /** The line below the steps; empty: none. */
  footer(text: string): void;
  /** Takes everything off the screen and draws no more until `resume`. */
  suspend(): void;
  resume(): void;
}

/** How often running times are drawn anew. */
const everyMs = 250;

/** The screen. Draws until `end`. */
export function createScreen({ output }: Pick<Terminal, 'output'>, colours: boolean): Screen {
  const log = createLogUpdate(output);
  const paint = picocolors.createColors(colours);
  const timer = setInterval(draw, everyMs);
  timer.unref();
  let latest: RunState | undefined;
  let footer = '';
  let isSuspended = false;
  let isOver = false;
  function draw(): void {
    if (latest === undefined || isSuspended || isOver) return;
    log(
      screenLines({
        state: latest,
        now: processClock.now(),
        columns: output.columns,
        rows: output.rows,
        footer,
        paint,
      }).join('\n'),
    );
  }
  return {
    show(state) {
      latest = state;
      draw();
    },
    footer(text) {
      footer = text;
      draw();
    },
    suspend() {
      isSuspended = true;
      log.clear();
    },
    resume() {
      isSuspended = false;
      draw();
    },
    end() {
      if (isOver) return;
      clearInterval(timer);
      footer = '';
      draw();
      isOver = true;
      if (!isSuspended) log.done();
    },
  };
}
