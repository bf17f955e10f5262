// Takes the pictures of docs/images/pages, writes docs/pages.md, which shows them, and takes the front door's preview for
// others: `cargo xtask shots`.
//
// Each page is opened once and looked at in every width and theme, about half as large.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Page } from '@playwright/test';
import { HEIGHTS, PAGES, THEMES, WIDTHS, makerOf, test as base, visit, type AppPage, type Maker } from '../tests/every-page';
import { PROMPT, atRest, expect, startAd, type NewAd } from '../tests/support';

const DOCS = process.env.ADMINT_SHOTS ?? '../docs';
const FOLDER = join(DOCS, 'images/pages');
/** Of what all pictures together may take, in bytes. */
const MOST = 3_000_000;
const SCALES: Record<number, number> = { 390: 0.75, 820: 0.5, 1440: 0.5 };
const QUALITY = 68;
/** Of a long page's height, in heights of the window. */
const MOST_OF_A_PAGE = 1.6;

const ADS: NewAd[] = [
  { prompt: PROMPT, duration_seconds: 12, aspect_ratio: '9:16' },
  { prompt: 'Handmade leather running shoes that last ten years, free repairs included', duration_seconds: 9, aspect_ratio: '1:1', art_direction: 'dash' },
  { prompt: 'A quiet robot vacuum for families with two cats and no time', duration_seconds: 9, aspect_ratio: '16:9', art_direction: 'glass' },
  { prompt: 'Sourdough baking classes in Lisbon, beginners welcome, 20 % off in May', duration_seconds: 9, aspect_ratio: '1:1', art_direction: 'paper' },
];
const LONG: NewAd = { prompt: 'Noise-cancelling headphones for trains, planes and open offices', duration_seconds: 30, aspect_ratio: '9:16' };

/** What the lists of pages have no state for. */
const STATES: AppPage[] = [
  { name: 'gallery-empty', path: '/gallery' },
  { name: 'making', path: '/videos/{id}' },
];

const test = base.extend<object, { maker: Maker; newcomer: Maker }>({
  maker: [async ({}, use) => use(await makerOf(ADS, 'robin')), { scope: 'worker', timeout: 300_000 }],
  newcomer: [async ({}, use) => use(await makerOf([], 'newcomer')), { scope: 'worker' }],
});

test.use({ reducedMotion: 'reduce' } as object);
test.describe.configure({ mode: 'serial' });

test.beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
});

for (const entry of PAGES) {
  test(entry.name, async ({ page, maker, expectedMessages }) => {
    expectedMessages.push(/./);
    await visit(page, entry, maker);
    await takePictures(page, entry.name);
  });
}

// What others show of the front door when somebody links to it, in the size that they ask for.
test('preview', async ({ page, maker }) => {
  await page.setViewportSize({ width: 1200, height: 630 });
  await visit(page, PAGES[0], maker);
  await page.screenshot({ path: join(DOCS, '../public/showcase/preview.jpg'), type: 'jpeg', quality: 82 });
});

test('gallery-empty', async ({ page, newcomer }) => {
  await visit(page, STATES[0], newcomer);
  await takePictures(page, 'gallery-empty');
});

test('making', async ({ page, newcomer }) => {
  await page.context().addCookies(newcomer.state.cookies);
  const id = await startAd(page, LONG);
  const progress = async () => (await (await page.request.get(`/api/generations/${id}`)).json()).progress;
  await expect.poll(progress, { timeout: 60_000 }).toBeGreaterThan(30);
  await visit(page, STATES[1], { ...newcomer, id });
  await takePictures(page, 'making');
  await page.request.post(`/api/generations/${id}/cancel`);
});

test.afterAll(() => {
  const names = [...PAGES, ...STATES].map(({ name }) => name);
  writeFileSync(join(DOCS, 'pages.md'), table(names));
  const bytes = readdirSync(FOLDER).reduce((sum, file) => sum + statSync(join(FOLDER, file)).size, 0);
  console.log(`${readdirSync(FOLDER).length} pictures, ${Math.round(bytes / 1024)} KiB`);
  expect(bytes, 'all pictures together').toBeLessThan(MOST);
});

async function takePictures(page: Page, name: string) {
  // A browser shows that a video is loading for as long as it is.
  const isIdle = () =>
    [...document.querySelectorAll<HTMLVideoElement>('video[controls]')].every((video) => video.networkState !== video.NETWORK_LOADING);
  await page.waitForFunction(isIdle);
  const browser = await page.context().newCDPSession(page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme });
      const height = await page.evaluate(async () => {
        const pictures = [...document.images];
        pictures.forEach((picture) => (picture.loading = 'eager'));
        await Promise.all(pictures.map((picture) => picture.decode().catch(() => undefined)));
        await document.fonts.ready;
        return document.documentElement.scrollHeight;
      });
      await atRest(page);
      const most = Math.round(HEIGHTS[width] * MOST_OF_A_PAGE);
      const clip = { x: 0, y: 0, width, height: Math.min(height, most), scale: SCALES[width] };
      const { data } = await browser.send('Page.captureScreenshot', {
        format: 'webp',
        quality: QUALITY,
        clip,
        captureBeyondViewport: true,
      });
      writeFileSync(join(FOLDER, `${name}-${width}-${colorScheme}.webp`), Buffer.from(data, 'base64'));
    }
  }
}

/** A page a row, its widths and themes beside each other. */
function table(names: string[]): string {
  const shown: Record<number, number> = { 390: 110, 820: 170, 1440: 260 };
  const columns = WIDTHS.flatMap((width) => THEMES.map((theme) => ({ width, theme })));
  const head = `| page | ${columns.map(({ width, theme }) => `${width}, ${theme}`).join(' | ')} |`;
  const rule = `| --- | ${columns.map(() => '---').join(' | ')} |`;
  const cell = (name: string, width: number, theme: string) => {
    const file = `images/pages/${name}-${width}-${theme}.webp`;
    return `<a href="${file}"><img src="${file}" width="${shown[width]}" alt="${name}, ${width} wide, ${theme}"></a>`;
  };
  const row = (name: string) =>
    `| ${name} | ${columns.map(({ width, theme }) => cell(name, width, theme)).join(' | ')} |`;
  return `# Every page

Taken by \`cargo xtask shots\`, which also wrote this: every page at three widths, in light and dark. Long ones are cut.
The browser tests (\`end2end/tests/pages.spec.ts\`) go through the same list.

${[head, rule, ...names.map(row)].join('\n')}
`;
}
