// The player by its keys and buttons, the plan that leads into it, and the page around it.
import { test as withAnAd } from './every-page';
import { PROMPT, expect, expectAccessible, expectToFit, finishedAd, held, open, signUp, test } from './support';

test('keys, frames, speed, captions, scenes', async ({ page }) => {
  test.setTimeout(300_000);
  await signUp(page);
  const id = await finishedAd(page);
  await open(page, `/videos/${id}`);
  const video = page.locator('video');
  const get = <T>(read: (video: HTMLVideoElement) => T) => video.evaluate(read);
  await expect.poll(() => get((v) => v.readyState)).toBeGreaterThanOrEqual(1);
  await get((v) => {
    v.muted = true;
  });

  // A frame is a twenty-fourth of a second, there and back, and who asks for one has stopped.
  await page.keyboard.press('k');
  await expect.poll(() => get((v) => v.paused)).toBe(false);
  await page.keyboard.press('.');
  await expect.poll(() => get((v) => v.paused)).toBe(true);
  await page.keyboard.press('0');
  await page.keyboard.press('.');
  await page.keyboard.press('.');
  await expect(page.getByText('Frame 3', { exact: true })).toBeVisible();
  await expect.poll(() => get((v) => Math.floor(v.currentTime * 24))).toBe(2);
  await page.keyboard.press(',');
  await expect.poll(() => get((v) => Math.floor(v.currentTime * 24))).toBe(1);
  expect(await get((v) => v.paused)).toBe(true);

  await page.keyboard.press('5');
  await expect.poll(() => get((v) => v.currentTime)).toBeCloseTo(4.5, 1);
  await page.keyboard.press('l');
  await expect.poll(() => get((v) => v.currentTime)).toBeGreaterThan(8.9);
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => get((v) => v.currentTime)).toBeLessThan(4.6);
  await page.keyboard.press('>');
  await expect(page.getByLabel('Speed')).toHaveValue('1.25');
  await page.getByLabel('Speed').selectOption('0.5');
  expect(await get((v) => v.playbackRate)).toBe(0.5);
  // What is typed into a field is no key of the player's.
  await page.getByText('Rename').click();
  await page.getByLabel('Title').fill('');
  const at = await get((v) => v.currentTime);
  await page.getByLabel('Title').pressSequentially('k 9 .');
  expect(await get((v) => [v.paused, v.currentTime])).toEqual([true, at]);
  await page.getByLabel('Title').blur();

  await page.keyboard.press('m');
  expect(await get((v) => v.muted)).toBe(false);
  await page.keyboard.press('m');
  await page.keyboard.press('c');
  await expect(page.getByRole('button', { name: 'Captions' })).toHaveAttribute('aria-pressed', 'true');
  expect(await get((v) => v.textTracks[0].mode)).toBe('showing');
  await page.getByRole('button', { name: 'Loop' }).click();
  expect(await get((v) => v.loop)).toBe(true);
  await page.keyboard.press('k');
  await expect.poll(() => get((v) => v.paused)).toBe(false);
  await page.keyboard.press('k');
  await expect.poll(() => get((v) => v.paused)).toBe(true);

  // A scene's picture leads to its second.
  await page.keyboard.press('0');
  await expect.poll(() => get((v) => v.currentTime)).toBeLessThan(1);
  await page.getByRole('link', { name: /Play from scene 2/ }).click();
  await expect.poll(() => get((v) => v.currentTime)).toBeGreaterThan(2);
  await get((v) => v.pause());
  await expect(page.locator('.scene img')).toHaveCount(3);
  await page.getByText('How it was made').click();
  await expect(page.locator('.story li').first()).toContainText('0:00');

  await page.getByLabel('Keys of the player').click();
  await expectAccessible(page, 'a video with its keys');
  await page.getByLabel('Keys of the player').click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [390, 820, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await expectToFit(page, `the page at ${width}`);
      await expectAccessible(page, `a video at ${width}, ${colorScheme}`);
    }
  }

  await page.getByRole('link', { name: 'Whose work is in this ad' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Whose work is in this ad' })).toBeVisible();
  await expectAccessible(page, 'the record of an ad');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('link', { name: 'Download as JSON' })).toBeHidden();
  await expect(page.getByRole('table')).toBeVisible();
  await page.emulateMedia({ media: 'screen' });

  // Everything but the words and the time is carried over.
  await page.goto(`/dashboard?from=${id}`);
  await expect(page.getByText(/Everything is as it was in/)).toBeVisible();
  await expect(page.getByLabel(/Your product in one sentence/)).toHaveValue(PROMPT);
  await expectAccessible(page, 'a form that starts from an ad');
  for (const width of [390, 820, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expectToFit(page, `the page at ${width}`);
  }
});

test('a video that does not load says so, and is asked for again', async ({ page, expectedMessages }) => {
  test.setTimeout(300_000);
  expectedMessages.push(/Failed to load resource/);
  await signUp(page);
  const id = await finishedAd(page);
  await page.route('**/video', (route) => route.abort());
  await open(page, `/videos/${id}`);
  await expect(page.getByRole('alert')).toContainText('The video could not be loaded.');
  await expectAccessible(page, 'a video that did not load');
  await page.unroute('**/video');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => page.locator('video').evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThanOrEqual(1);
  await expect(page.getByRole('alert')).toBeHidden();
});

withAnAd('a new title stands there at once, and goes back if it cannot be had', async ({ page, maker, expectedMessages }) => {
  expectedMessages.push(/ERR_FAILED/);
  await page.context().addCookies(maker.state.cookies);
  await open(page, `/videos/${maker.id}`);
  const heading = page.getByRole('heading', { level: 1 });
  const opener = page.getByText('Rename', { exact: true });
  const field = page.getByLabel('Title');

  const letThrough = await held(page, '/fn/');
  await opener.click();
  await field.fill('  Spring, early ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(heading).toHaveText('Spring, early');
  await expect(field).toBeHidden();
  letThrough();
  await expect(page.getByText('Renamed')).toBeVisible();
  // What only the server writes: the prompt below the title, and the tab's title.
  await expect(page.locator('.video-asked')).toHaveText(PROMPT);
  await expect(page).toHaveTitle(/^Spring, early/);
  await expect(heading).toHaveText('Spring, early');
  await expect(page.locator('video')).toHaveAccessibleName('Spring, early');
  await expect(opener).toBeFocused();

  // Who opens it again before the answer keeps what is typed.
  const letOn = await held(page, '/fn/');
  await opener.click();
  await field.fill('Spring, late');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(heading).toHaveText('Spring, late');
  await opener.click();
  await field.fill('Summer');
  letOn();
  await expect(page.locator('.rename-form')).not.toHaveAttribute('aria-busy', 'true');
  await expect(field).toHaveValue('Summer');
  await expect(field).toBeFocused();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveTitle(/^Summer/);

  await page.unrouteAll();
  await page.route('**/fn/**', (route) => route.abort());
  await opener.click();
  await field.fill('Autumn, late');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('You seem to be offline.')).toBeVisible();
  await expect(heading).toHaveText('Summer');
  await expect(field).toHaveValue('Autumn, late');
  await expect(field).toBeFocused();

  await page.unrouteAll();
  await field.fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(heading).toHaveText(PROMPT);
});
