// Flowcharts as pictures: every graph that a workflow is written as can be drawn, and nobody's text is markup in it.
import { expect, test } from 'vitest';
import { drawFlowchart } from './index.ts';

function wordsOf(text: string): readonly string[] | undefined {
  return drawFlowchart(text)
    ?.markup.match(/<(?:text|tspan)[^>]*>[^<]+/g)
    ?.map((one) => one.replace(/^<[^>]*>/, ''));
}

test('boxes, frames, words at arrows and colours are drawn', () => {
  const text = `flowchart TD
  subgraph s_loop["Rounds (up to 3)"]
    s_a["Implement<br/><i>if: x</i>"]
    s_q{"good?"}
    subgraph s_yes["yes"]
      s_b[["Push"]]
    end
  end
  s_a --> s_q
  s_q -- yes --> s_yes
  s_start(["Start"]) --> s_loop
  s_loop -.-> s_end((End))
  classDef passed fill:#dafbe1,stroke:#1a7f37,color:#0f5323
  class s_a,s_b passed`;
  expect(wordsOf(text)).toEqual([
    'Rounds (up to 3)',
    'yes',
    'yes',
    'Implement',
    'if: x',
    'good?',
    'Push',
    'Start',
    'End',
  ]);
  expect(drawFlowchart(text)?.markup.match(/fill="#dafbe1" stroke="#1a7f37"/g)).toHaveLength(2);
  expect(drawFlowchart(text)?.markup).not.toContain('NaN');
});

test('text in it is text', () => {
  const { markup } = drawFlowchart('flowchart LR\n a["&lt;b&gt; &amp;amp; #quot;"] --> b["</text><script>"]') ?? {
    markup: '',
  };
  expect(markup).toContain('&lt;b&gt; &amp;amp; &quot;');
  expect(markup).not.toContain('<script>');
  expect(drawFlowchart('flowchart LR\n a\n style a fill:url(https://x/y)')?.markup).not.toContain('url');
});

test('what it does not know it does not draw', () => {
  for (const text of [
    '',
    'pie',
    'flowchart LR',
    'flowchart LR\n a --> ',
    'flowchart LR\n subgraph x',
    'flowchart LR\n click a "x"',
    'flowchart LR\n end',
  ])
    expect(drawFlowchart(text), text).toBeUndefined();
  expect(
    drawFlowchart(`flowchart LR\n${Array.from({ length: 300 }, (_, at) => ` a${at}`).join('\n')}`),
  ).toBeUndefined();
});
