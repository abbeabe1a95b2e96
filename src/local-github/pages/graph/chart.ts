// What a flowchart is made of. Shapes only.

/** The outline of a box. */
export type Outline = 'rectangle' | 'double' | 'round' | 'stadium' | 'circle' | 'diamond' | 'hexagon' | 'cylinder';

/** Colours of a box, as Mermaid's `classDef` and `style` name them. */
export type Paint = Readonly<Record<string, string>>;

/** A line of text in a box. */
export interface Line {
  readonly text: string;
  readonly italic: boolean;
}

export interface Box {
  readonly id: string;
  lines: readonly Line[];
  outline: Outline;
  paint: Paint;
  /** The frame it stands in. */
  frame: string | undefined;
}

export interface Frame {
  readonly id: string;
  readonly title: string;
  readonly parent: string | undefined;
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly look: 'plain' | 'dotted' | 'thick';
  readonly hasHead: boolean;
}

/** A flowchart: boxes, frames around them, arrows between either. */
export interface Chart {
  direction: 'TB' | 'BT' | 'LR' | 'RL';
  readonly boxes: Map<string, Box>;
  readonly frames: Map<string, Frame>;
  readonly arrows: Arrow[];
}
