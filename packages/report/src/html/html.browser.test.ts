import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireChromium } from '@shardwright/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderAnalysis } from '../render-analysis.ts';
import { generatedAnalysis, sampleAnalysis } from '../sample-analysis.test-support.ts';

let browser: Browser;
let directory: string;
const pages: Record<string, string> = {};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shardwright-report-'));
  const analyses = { small: sampleAnalysis(), large: generatedAnalysis(300), huge: generatedAnalysis(5000) };
  for (const [name, analysis] of Object.entries(analyses)) {
    const path = join(directory, `${name}.html`);
    await writeFile(path, await renderAnalysis(analysis, 'html'));
    pages[name] = pathToFileURL(path).href;
  }
  browser = await chromium.launch({
    executablePath: await requireChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });
});

afterAll(async () => {
  await browser?.close();
  await rm(directory, { recursive: true, force: true });
});

interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Requests other than the page itself. */
  readonly requests: readonly string[];
  /** Console errors, page errors and refusals by the page's own policy. */
  readonly complaints: readonly string[];
}

async function open(
  name: 'small' | 'large' | 'huge',
  options: { readonly width?: number; readonly dark?: boolean; readonly hash?: string } = {},
): Promise<OpenPage> {
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1400, height: 900 },
    colorScheme: options.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  page.setDefaultTimeout(10_000);
  const requests: string[] = [];
  const complaints: string[] = [];
  const address = `${pages[name] ?? ''}${options.hash ?? ''}`;
  page.on('request', (request) => {
    if (!request.isNavigationRequest() && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, requests, complaints, [Symbol.asyncDispose]: () => page.close() };
}

const rowNames = (page: Page): Promise<string[]> =>
  page.locator('.decisions > tbody > tr.row .open').allTextContents();
const background = (page: Page): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

describe('the page in a browser', () => {
  it.each(['small', 'large', 'huge'] as const)(
    'opens the %s report without requests or complaints',
    async (name) => {
      await using opened = await open(name);
      await opened.page.locator('.matches').waitFor();
      expect(opened.requests).toEqual([]);
      expect(opened.complaints).toEqual([]);
    },
  );

  it('finds tables by their name, key or decision while one types', async () => {
    await using opened = await open('small');
    const { page } = opened;
    await page.locator('#search').fill('pay');
    expect(await rowNames(page)).toEqual(['payments']);
    expect(await page.locator('.matches').textContent()).toBe('1 of 12 tables');
    await page.locator('#search').fill('reference');
    expect((await rowNames(page)).sort()).toEqual(['countries', 'currencies', 'plans']);
    await page.locator('#search').fill('no such table');
    expect(await rowNames(page)).toEqual([]);
  });

  it('sorts by a column, and the other way round when asked again', async () => {
    await using opened = await open('small');
    const { page } = opened;
    expect((await rowNames(page)).slice(0, 2)).toEqual(['events', 'line_items']);
    const byName = page.locator('[data-sort=name]');
    await byName.click();
    const ascending = await rowNames(page);
    expect(ascending).toEqual([...ascending].sort());
    expect(await page.locator('th:has([data-sort=name])').getAttribute('aria-sort')).toBe('ascending');
    await byName.click();
    expect(await rowNames(page)).toEqual(ascending.reverse());
    await page.locator('[data-sort=findings]').click();
    expect((await rowNames(page))[0]).toBe('orders');
    expect(await page.locator('th:has([data-sort=name])').getAttribute('aria-sort')).toBe('none');
  });

  it('filters by decision, by findings and by group, together', async () => {
    await using opened = await open('small');
    const { page } = opened;
    await page.locator('[data-filter-label=backfill]').click();
    expect((await rowNames(page)).sort()).toEqual(['line_items', 'payments']);
    await page.locator('[data-filter-severity=error]').click();
    expect(await rowNames(page)).toEqual(['line_items']);
    await page.locator('[data-filter-label=backfill]').click();
    expect((await rowNames(page)).sort()).toEqual(['line_items', 'orders']);
    await page.locator('[data-filter-severity=error]').click();
    await page.locator('#group').selectOption('public');
    expect(await rowNames(page)).toEqual(['feature_flags']);
  });

  it('opens a row with reasons, candidates and findings, and keeps it open while sorting', async () => {
    await using opened = await open('small');
    const { page } = opened;
    const button = page.locator('.open', { hasText: 'line_items' });
    await button.click();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    const detail = page.locator('tr.detail');
    expect(await detail.textContent()).toContain('Joined with orders in 71 % of its calls');
    expect(await detail.textContent()).toContain('every join with it goes over the network');
    expect(await detail.textContent()).toContain('line_items_pkey (id) does not contain company_id.');
    await page.locator('[data-sort=name]').click();
    expect(await detail.count()).toBe(1);
    await button.click();
    expect(await detail.count()).toBe(0);
  });

  it('switches colours by button and follows the system before that', async () => {
    await using light = await open('small');
    const before = await background(light.page);
    await light.page.locator('#theme').click();
    const after = await background(light.page);
    expect(after).not.toBe(before);
    await using dark = await open('small', { dark: true });
    expect(await background(dark.page)).toBe(after);
    expect(await dark.page.locator('#theme').getAttribute('aria-label')).toBe('Switch to light colours');
  });

  it('works by keyboard alone', async () => {
    await using opened = await open('small');
    const { page } = opened;
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the decisions');
    await page.locator('#search').focus();
    await page.keyboard.type('orders');
    await page.locator('.open').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('tr.detail').count()).toBe(1);
    const outline = await page.evaluate(() => {
      const focused = document.activeElement;
      return focused === null ? '' : getComputedStyle(focused).outlineStyle;
    });
    expect(outline).toBe('solid');
    await page.locator('.node').first().focus();
    expect(await page.locator('svg.map').getAttribute('class')).toContain('pointing');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.classList.contains('open'))).toBe(true);
  });

  it('leads from the map and from a finding to the row of the table', async () => {
    await using opened = await open('small');
    const { page } = opened;
    await page.locator('#search').fill('nothing');
    await page.locator('.findings a', { hasText: 'line_items' }).first().click();
    expect(await page.locator('tr.is-open .open').textContent()).toBe('line_items');
    await page.locator('.node', { hasText: 'countries' }).click();
    expect(await page.locator('tr.is-open .open').allTextContents()).toContain('countries');
    await using linked = await open('small', { hash: '#table-4' });
    expect(await linked.page.locator('tr.is-open .open').textContent()).toBe('invoices');
  });

  it('shows the relations of the table one points at', async () => {
    await using opened = await open('large');
    const { page } = opened;
    const hidden = page.locator('.edge.hidden').first();
    expect(await hidden.evaluate((edge) => getComputedStyle(edge).visibility)).toBe('hidden');
    const id = await hidden.getAttribute('data-a');
    await page.locator(`.node[data-id="${id}"]`).hover();
    expect(await hidden.evaluate((edge) => getComputedStyle(edge).visibility)).toBe('visible');
  });

  it('leads from what the map leaves out to the tables it stands for', async () => {
    await using opened = await open('large');
    await opened.page.locator('.rest').first().click();
    expect(await opened.page.locator('.matches').textContent()).toBe('194 of 300 tables');
  });

  it('shows 200 of 5,000 tables first, finds any, and shows more when asked', async () => {
    await using opened = await open('huge');
    const { page } = opened;
    expect(await rowNames(page)).toHaveLength(200);
    await page.locator('#search').fill('_4321');
    expect(await rowNames(page)).toEqual(['audit_entry_4321']);
    await page.locator('#search').fill('');
    await page.locator('#more-rows').click();
    expect(await page.locator('tr.row').count()).toBe(700);
    expect(await page.locator('#more-rows').textContent()).toBe('Show 500 more');
    await page.locator('details.rule summary').first().click();
    await page.locator('details.rule summary').first().click();
    await page.locator('.more-findings').first().click();
    expect(await page.locator('details.rule').first().locator('ul.findings > li').count()).toBe(520);
    await page.locator('.more-findings').first().click();
    await page.locator('.more-findings').first().click();
    expect(await page.locator('details.rule').first().locator('ul.findings > li').count()).toBe(1250);
    expect(opened.complaints).toEqual([]);
  });

  it.each(['small', 'large'] as const)('does not scroll sideways on a phone (%s)', async (name) => {
    await using opened = await open(name, { width: 390 });
    const { page } = opened;
    await page.locator('.open').first().click();
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('gives every picture words', async () => {
    await using opened = await open('small');
    const unnamed = await opened.page.evaluate(() =>
      [...document.querySelectorAll('svg, [role=img]')]
        .filter(
          (one) =>
            one.getAttribute('aria-hidden') !== 'true' &&
            one.getAttribute('aria-label') === null &&
            one.getAttribute('aria-labelledby') === null,
        )
        .map((one) => one.outerHTML.slice(0, 80)),
    );
    expect(unnamed).toEqual([]);
    expect(await opened.page.locator('svg.map desc').textContent()).toContain(
      'Of 10 relations, 1 need the network',
    );
  });

  it('prints findings opened, without the controls', async () => {
    await using opened = await open('small');
    const { page } = opened;
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('details.rule:not([open])').count()).toBe(0);
    expect(await page.locator('.controls').isVisible()).toBe(false);
  });
});
