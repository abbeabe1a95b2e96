// Flowcharts in Mermaid's words as pictures, without a browser.
import type { Html } from '../html/html.ts';
import { draw } from './draw.ts';
import { layOut } from './lay-out.ts';
import { readFlowchart } from './read-flowchart.ts';

/** A picture of a flowchart; undefined for what is none, or cannot be laid out. */
export function drawFlowchart(text: string): Html | undefined {
  const chart = readFlowchart(text);
  if (chart === undefined) return undefined;
  try {
    return draw(layOut(chart));
  } catch {
    // what the layout does not manage stays the code it is
    return undefined;
  }
}
