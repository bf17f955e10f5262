// Finding one ad among others, following all of them, and doing something with several.
import type { Page } from '@playwright/test';
import { cancelledAd, expect, expectAccessible, expectToFit, finishedAd, held, open, signUp, startAd, test } from './support';

const COFFEE = 'Cold brew coffee in a can for early birds';
const SHOES = 'Running shoes for people who are always late';

/** A card of the list. */
const cardOf = (page: Page, prompt: string) => page.getByRole('listitem').filter({ hasText: prompt });

test('search, filter and order narrow the gallery, and live in the address', async ({ page }) => {
  await signUp(page);
  await open(page, '/gallery');
  await expect(page.getByRole('heading', { name: 'No ads yet' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Make your first ad' })).toBeVisible();
  await expectAccessible(page, 'the empty gallery');

  await cancelledAd(page, COFFEE);
  await cancelledAd(page, SHOES);
  const coffee = cardOf(page, COFFEE);
  const shoes = cardOf(page, SHOES);
  await open(page, '/gallery');
  await expect(coffee).toBeVisible();
  await expect(shoes).toBeVisible();
  await expect(page.getByText('2 ads', { exact: true })).toBeVisible();

  const search = page.getByRole('searchbox');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/gallery?search=')) asked.push(request.url());
  });
  await search.pressSequentially('COLD brew');
  await expect(shoes).toBeHidden();
  await expect(coffee).toBeVisible();
  await expect(search).toBeFocused();
  await expect(page).toHaveURL(/\/gallery\?search=COLD(%20|\+)brew$/);
  await expect(page.getByText('1 ad found')).toBeVisible();
  expect(asked.length, 'nine letters are no nine searches').toBeLessThan(5);

  await page.getByRole('combobox', { name: 'Status' }).selectOption('Completed');
  await expect(page.getByRole('heading', { name: 'No results' })).toBeVisible();
  await expect(page).toHaveURL(/status=completed/);
  await expectAccessible(page, 'no results');

  await page.getByRole('combobox', { name: 'Status' }).selectOption('Cancelled');
  await expect(coffee).toBeVisible();
  const letThrough = await held(page, '.wasm');
  await page.reload({ waitUntil: 'domcontentloaded' });
  await expect(coffee).toBeVisible();
  await expect(shoes).toBeHidden();
  await expect(search).toHaveValue('COLD brew');

  // Each choice is a step back, and the form goes with it; also for who is quicker than the script.
  await page.evaluate(() => history.back());
  await expect(page).toHaveURL(/status=completed/);
  letThrough();
  await expect(page.getByRole('heading', { name: 'No results' })).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Status' })).toHaveValue('completed');
  await page.goBack();
  await expect(coffee).toBeVisible();
  await expect(search).toHaveValue('COLD brew');
  await page.goBack();
  await expect(shoes).toBeVisible();
  await expect(search).toHaveValue('');
  await page.goForward();
  await expect(shoes).toBeHidden();

  await coffee.getByRole('link').click();
  await expect(page.getByRole('heading', { name: 'You cancelled this ad' })).toBeVisible();
  await page.goBack();
  await expect(search).toHaveValue('COLD brew');
  await search.fill('');
  await expect(shoes).toBeVisible();

  await page.getByRole('combobox', { name: 'Order' }).selectOption('Oldest first');
  await expect(page).toHaveURL(/\/gallery\?sort=oldest$/);
  await expect(page.getByRole('listitem').first()).toContainText(COFFEE);
});

test('many ads are on pages that lead to each other', async ({ page }) => {
  await signUp(page);
  for (let number = 1; number <= 26; number += 1) {
    const id = await startAd(page, { prompt: `Cold brew number ${number} for early birds` });
    await page.request.post(`/api/generations/${id}/cancel`);
  }
  await open(page, '/gallery');
  const cards = page.locator('.card');
  await expect(cards).toHaveCount(24);
  await expect(page.getByText('26 ads', { exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Newer' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Older' }).click();
  await expect(cards).toHaveCount(2);
  await expect(cards.last()).toContainText('number 1 ');
  await expect(page).toHaveURL(/cursor=/);
  await expectAccessible(page, 'the last page');
  // One that comes meanwhile moves nothing on this page.
  await cancelledAd(page, SHOES);
  await page.reload();
  await expect(cards).toHaveCount(2);
  await page.getByRole('link', { name: 'Newer' }).click();
  await expect(cards).toHaveCount(24);
  await expect(cards.first()).toContainText('number 26 ');
  // Another order begins at its first page.
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Oldest first');
  await expect(cards.first()).toContainText('number 1 ');
  await expect(page).toHaveURL(/\/gallery\?sort=oldest$/);
  // An address made by hand says what is wrong.
  await page.goto('/gallery?cursor=nonsense');
  await expect(page.getByText(/This is no cursor/)).toBeVisible();
});

test('several ads are chosen, deleted and brought back', async ({ page }) => {
  await signUp(page);
  const prompts = [1, 2, 3, 4].map((number) => `Cold brew number ${number} for early birds`);
  for (const prompt of prompts) await cancelledAd(page, prompt);
  await open(page, '/gallery');
  const boxes = page.getByRole('checkbox');
  const bar = page.locator('.chosen-bar');
  await expect(bar).toBeHidden();

  await boxes.nth(0).check();
  await expect(bar).toBeVisible();
  await boxes.nth(2).click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('3 ads chosen');
  await expectAccessible(page, 'chosen ads');
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await boxes.nth(1).check();
  await bar.getByRole('button', { name: 'Select all' }).click();
  await expect(bar).toContainText('4 ads chosen');
  await boxes.nth(0).uncheck();
  await boxes.nth(1).uncheck();

  // What is chosen survives that the list is written anew.
  const other = await cancelledAd(page, SHOES);
  await expect(cardOf(page, SHOES)).toBeVisible();
  await expect(bar).toContainText('2 ads chosen');

  await bar.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Are you sure you want to delete these 2 videos? This action cannot be undone.');
  await expectAccessible(page, 'the question');
  await dialog.getByRole('button', { name: 'Keep them' }).click();
  await expect(dialog).toBeHidden();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.locator('.card')).toHaveCount(3);
  await expect(bar).toBeHidden();
  await expect(page.getByText('2 videos deleted')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Videos restored')).toBeVisible();
  await expect(page.locator('.card')).toHaveCount(5);

  // One alone, in the story's own words; and the way back goes after ten seconds.
  await page.locator(`#choose-${other}`).check();
  await bar.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog).toContainText('Are you sure you want to delete this video? This action cannot be undone.');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Video deleted')).toBeVisible();
  await expect(page.getByText('Video deleted')).toBeHidden({ timeout: 15_000 });
  await expect(page.locator('.card')).toHaveCount(4);
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('the gallery searches, deletes and brings back', async ({ page, request }) => {
    const name = `plain-${Date.now().toString(36)}`;
    const registered = await page.request.post('/api/auth/register', {
      data: { username: name, password: 'correct horse battery' },
    });
    const { access_token: token } = await registered.json();
    const headers = { authorization: `Bearer ${token}` };
    for (const prompt of [COFFEE, SHOES]) {
      const made = await request.post('/api/generations', { headers, data: { prompt, duration_seconds: 9 } });
      await request.post(`/api/generations/${(await made.json()).id}/cancel`, { headers });
    }
    await page.goto('/login');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Log in' }).click();
    await expect(page).toHaveURL('/dashboard');
    await page.goto('/gallery');
    await page.getByRole('searchbox').fill('coffee');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page.locator('.card')).toHaveCount(1);
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect(page.getByText('Video deleted')).toBeVisible();
    await expect(page).toHaveURL(/\/gallery\?search=coffee/);
    await expect(page.locator('.card')).toHaveCount(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('It is back.')).toBeVisible();
    await expect(page.locator('.card')).toHaveCount(1);
  });
});

test('a running ad moves on in the gallery by itself', async ({ page }) => {
  await signUp(page);
  const id = await startAd(page, { prompt: COFFEE, duration_seconds: 30 });
  await open(page, '/gallery');
  const card = cardOf(page, COFFEE);
  await expect(card.getByRole('progressbar')).toBeVisible();
  // One that is begun elsewhere comes on top.
  const other = await startAd(page, { prompt: SHOES, duration_seconds: 30 });
  await expect(cardOf(page, SHOES)).toBeVisible();
  await page.request.post(`/api/generations/${id}/cancel`);
  await expect(card.getByText('Cancelled')).toBeVisible();
  await expect(card.getByRole('progressbar')).toBeHidden();
  // One that is deleted in another tab goes.
  await page.request.delete(`/api/generations/${other}`);
  await expect(cardOf(page, SHOES)).toBeHidden();
});

test('finished ads show a preview, fit any shape, and come as one archive', async ({ page }) => {
  test.setTimeout(600_000);
  await signUp(page);
  const upright = await finishedAd(page, { prompt: COFFEE });
  await finishedAd(page, { prompt: SHOES, aspect_ratio: '16:9' });
  await finishedAd(page, { prompt: 'A red bicycle for short ways through the town', aspect_ratio: '1:1' });
  await finishedAd(page, { prompt: 'Honey from the roofs of the old town', aspect_ratio: '4:5' });
  await open(page, '/gallery');
  const card = cardOf(page, COFFEE);
  const shown = card.locator('img').last();
  await shown.evaluate((image) => Object.assign(image, { isTheSame: true }));
  await cancelledAd(page, 'A tea that was never made for anybody');
  await expect(cardOf(page, 'A tea that was never made for anybody').getByText('Cancelled')).toBeVisible();
  expect(await shown.evaluate((image) => 'isTheSame' in image), 'a picture that stays does not blink').toBe(true);
  const video = card.locator('video');
  await expect(video).toHaveCount(0);
  await card.getByRole('link').hover();
  await expect(video).toHaveCount(1);
  await expect.poll(() => video.evaluate((it: HTMLVideoElement) => it.currentTime)).toBeGreaterThan(0);
  await page.mouse.move(2, 2);
  await expect(video).toHaveCount(0);
  await card.getByRole('link').focus();
  await expect(video).toHaveCount(1);
  await page.getByRole('searchbox').focus();
  await expect(video).toHaveCount(0);

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await card.getByRole('link').hover();
  const play = card.getByRole('button', { name: 'Play a preview' });
  await expect(play).toBeVisible();
  await expect(video).toHaveCount(0);
  await play.click();
  await expect(video).toHaveCount(1);
  await play.click();
  await expect(video).toHaveCount(0);

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [390, 820, 1440]) {
      await page.setViewportSize({ width, height: 1000 });
      await page.mouse.move(2, 2);
      await expectAccessible(page, `${width} px, ${colorScheme}`);
      const columns = await page.locator('.card-grid').evaluate((it) => getComputedStyle(it).gridTemplateColumns.split(' ').length);
      expect(columns, `${width} px`).toBe(width === 390 ? 1 : width === 820 ? 2 : 4);
      await expectToFit(page, `the gallery at ${width}`);
    }
  }

  const boxes = page.getByRole('checkbox');
  await boxes.first().check();
  await page.getByRole('button', { name: 'Select all' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('ads.zip');
  expect(await download.failure()).toBeNull();
  const view = await (await page.request.get(`/api/generations/${upright}`)).json();
  expect(view.preview_url).toContain(`/api/generations/${upright}/preview?v=`);
  const preview = await page.request.get(view.preview_url);
  expect(Number(preview.headers()['content-length'])).toBeLessThan(300_000);
});
