// What a visitor of the demo sees in a browser: its issue, its pull request and its checks, as GitHub would show them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import type { Look, TestBrowser } from '../support/browser.ts';
import { startTroupe } from '../support/cli.ts';
import type { CliProcess } from '../support/cli.ts';
import { hasChromium } from '../support/requirements.ts';

/** Where the pictures stay for who wants to look: `TROUPE_SCREENSHOTS=<folder>`. */
const kept = process.env['TROUPE_SCREENSHOTS'];

describe.runIf(hasChromium)('the pages of the demo', () => {
  let demo: CliProcess;
  let browser: TestBrowser;
  let home = '';
  let pictures = '';
  beforeAll(async () => {
    pictures = kept ?? mkdtempSync(join(tmpdir(), 'troupe-pictures-'));
    mkdirSync(pictures, { recursive: true });
    demo = startTroupe(['demo', '--keep']);
    let said = '';
    demo.child.stdout?.on('data', (chunk: string) => (said += chunk));
    [browser] = await Promise.all([startBrowser(), demo.said('They stay up until Ctrl-C.')]);
    home = /the issue +(http:\S+)\/issues\/1\n/.exec(said)?.[1] ?? '';
  });
  afterAll(async () => {
    demo.child.kill('SIGINT');
    await Promise.all([browser.close(), demo.ended]);
    if (kept === undefined) rmSync(pictures, { recursive: true, force: true });
  });

  const pages = { issue: '/issues/1', 'pull-request': '/pull/2', checks: '/pull/2/checks' } as const;
  const looks: Readonly<Record<string, Look>> = {
    light: {},
    dark: { colours: 'dark' },
    narrow: { width: 400 },
    'narrow-dark': { width: 400, colours: 'dark' },
    'without-scripts': { scripts: false },
  };
  for (const [name, path] of Object.entries(pages))
    for (const [look, options] of Object.entries(looks))
      test(`${name}, ${look}: drawn without a complaint, nothing raw in it, nothing beside the screen`, async () => {
        const { page, complaints } = await browser.open(`${home}${path}`, options);
        // the last first: each that opens changes which are closed
        for (const fold of (await page.locator('details:not([open]) > summary').all()).toReversed()) await fold.click();
        const picture = join(pictures, `${name}-${look}.png`);
        await page.screenshot({ path: picture, fullPage: true });
        expect(statSync(picture).size).toBeGreaterThan(20_000);
        expect(rawIn(await page.locator('body').innerText())).toEqual([]);
        expect(await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth)).toBeLessThanOrEqual(
          0,
        );
        expect(complaints).toEqual([]);
        await page.context().close();
      });

  test('the issue shows the table, the folds and the graph of its run', async () => {
    const { page } = await browser.open(`${home}/issues/1`);
    expect(await page.locator('h1').innerText()).toBe('The total ignores how many of an item are in the cart #1');
    const answer = page.locator('article', { hasText: 'is ready for review' });
    expect(await answer.locator('table').first().locator('th').allInnerTexts()).toEqual([
      'Step',
      'State',
      'Duration',
      'Cost',
    ]);
    expect(await answer.locator('summary').allInnerTexts()).toEqual([
      'What each step took',
      'What each step said',
      'Graph',
    ]);
    await answer.locator('summary', { hasText: 'Graph' }).click();
    expect(await answer.locator('svg.flowchart text').allTextContents()).toEqual([
      '✅ Plan',
      '✅ Evaluate the plan',
      '✅ Implement',
      '✅ QA',
      '✅ Code review',
      '✅ Security review',
      '✅ Open the pull request',
    ]);
    await page.context().close();
  });

  test('from the issue a visitor comes to the pull request, its checks and its changes', async () => {
    const { page, complaints } = await browser.open(`${home}/issues/1`);
    await page.locator('article').getByRole('link', { name: '#2', exact: true }).first().click();
    expect((await page.locator('.state').innerText()).trim()).toBe('Open');
    expect(await page.locator('section[aria-label=Merge] strong').allInnerTexts()).toEqual([
      'All checks have passed',
      'No conflicts with base branch',
    ]);
    expect(await page.getByRole('link', { name: /^Details of/ }).count()).toBe(8);
    await page.getByRole('link', { name: 'Details of troupe / project-loop / QA' }).click();
    expect(await page.locator('article h2').first().innerText()).toBe('troupe / project-loop / QA');
    await page.goBack();
    await page.getByRole('link', { name: /^Files changed/ }).click();
    expect(await page.locator('.line-added').first().innerText()).toContain('item.price * item.quantity');
    await page.getByRole('link', { name: 'src/cart.js' }).click();
    expect(await page.locator('h1').innerText()).toBe('cart / src / cart.js');
    await page.getByRole('link', { name: 'Code' }).click();
    expect(await page.locator('.readme h1').innerText()).toBe('cart');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  const faultsForReaders = readFileSync(join(import.meta.dirname, '../support/faults-for-readers.js'), 'utf8');
  test('headings go down one at a time, every link and picture has words, every text can be told from its ground', async () => {
    for (const path of ['', '/issues', ...Object.values(pages)])
      for (const colours of ['light', 'dark'] as const) {
        const { page } = await browser.open(`${home}${path}`, { colours });
        expect(await page.evaluate(faultsForReaders), path).toEqual({ wordless: [], jumps: [], faint: [] });
        expect(await page.locator('main, header, footer').count()).toBe(3);
        await page.context().close();
      }
  });
});

/** Lines in which something stands that a renderer should have drawn. */
function rawIn(text: string): readonly string[] {
  const raw =
    /\*\*|\| ?-{3}|```|<\/?(?:details|summary|br|sub|b)\b|\[[ x]\] |<!--|^#{1,6} |\]\(http|flowchart (?:LR|TD)|&(?:amp|lt|gt|quot);/;
  return text.split('\n').filter((line) => raw.test(line));
}
