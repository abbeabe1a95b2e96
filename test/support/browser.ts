// A real browser: Chromium of this machine, looking at pages of this machine. Tells everything that went wrong in it.
import { execFileSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

/** How somebody looks at a page. */
export interface Look {
  readonly colours?: 'light' | 'dark';
  readonly width?: number;
  /** Whether scripts may run at all: the pages need none. */
  readonly scripts?: boolean;
}

/** A page that is open. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console and of scripts, requests that failed or went elsewhere, dialogs. Stays empty when all is well. */
  readonly complaints: readonly string[];
}

/** A browser. */
export interface TestBrowser {
  open(url: string, look?: Look): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Starts Chromium. */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  // as root Chromium works only without its own sandbox; it opens nothing but what these tests made
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  return {
    async open(url, { colours = 'light', width = 1280, scripts = true } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        colorScheme: colours,
        javaScriptEnabled: scripts,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
      page.on('dialog', (dialog) => {
        complaints.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`elsewhere: ${request.url()}`);
      });
      page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
      page.on('response', (response) => {
        if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
      });
      await page.goto(url, { waitUntil: 'load' });
      return { page, complaints };
    },
    close: () => browser.close(),
  };
}
