// The whole way of one ad, as its maker walks it.
import { readFile } from 'node:fs/promises';
import { PASSWORD, PROMPT, cancelledAd, expect, expectAccessible, expectToFit, hydrated, open, postsOf, refusal, signUp, startAd, test } from './support';

const QUESTION = 'Are you sure you want to delete this video? This action cannot be undone.';

test('sign up, write a sentence, watch it being made, play, download, delete', async ({ page, expectedMessages }) => {
  test.setTimeout(300_000);
  await signUp(page);
  await page.getByLabel(/Your product in one sentence/).fill(PROMPT);
  await page.getByRole('slider', { name: 'Length' }).fill('15');
  await page.getByLabel('Voice').selectOption('captioned');
  const events = page.waitForResponse((answer) => /\/api\/generations\/[^/]+\/events$/.test(answer.url()));
  await page.getByRole('button', { name: 'Make the ad' }).click();

  // The form's page shows how far it is, and the form is ready for the next one.
  await expect(page).toHaveURL(/\/dashboard\?made=[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { name: 'Making your ad' })).toBeVisible();
  await expect(page.getByLabel(/Your product in one sentence/)).toHaveValue('');
  expect((await events).headers()['content-type']).toContain('text/event-stream');
  const progress = page.getByRole('progressbar', { name: 'Progress of your ad' });
  await expect(progress).toBeVisible();
  await expect
    .poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value), { timeout: 60_000, intervals: [50] })
    .toBeGreaterThanOrEqual(30);
  await expect(page.getByRole('listitem').filter({ hasText: 'Plan the scenes' })).toHaveClass(/done/);

  // Its scenes are seen before there is a film.
  const frames = page.getByRole('list', { name: 'Scenes' }).getByRole('img');
  await expect(frames.first()).toBeVisible();
  const drawn = page.getByRole('list', { name: 'Scenes' }).locator('img');
  await expect.poll(() => drawn.count(), { timeout: 60_000 }).toBeGreaterThan(0);
  await expect
    .poll(() => drawn.first().evaluate((img: HTMLImageElement) => img.naturalWidth).catch(() => 0))
    .toBe(320);
  await expectAccessible(page, 'an ad that is being made');

  // Said for a few seconds, and what is on the page comes after it.
  await expect(page.getByRole('status').getByText('Your ad is ready')).toBeVisible({ timeout: 150_000 });
  await expect(page.getByRole('heading', { name: 'Your ad is ready' })).toBeVisible();
  await expectAccessible(page, 'an ad that is ready');
  await page.getByRole('link', { name: 'Open it' }).click();
  await expect(page).toHaveURL(/\/videos\/[0-9a-f-]{36}$/);
  await hydrated(page);
  const video = page.locator('video');
  await expect(video).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: PROMPT })).toBeVisible();
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThanOrEqual(1);
  expect(await video.evaluate((v: HTMLVideoElement) => [v.videoWidth, v.videoHeight])).toEqual([1080, 1920]);
  expect(await video.evaluate((v: HTMLVideoElement) => v.duration)).toBeCloseTo(15, 1);

  // Not only seeked past the middle: played.
  await video.evaluate(async (v: HTMLVideoElement) => {
    v.muted = true;
    await v.play();
  });
  await expect
    .poll(() => video.evaluate((v: HTMLVideoElement) => (v.played.length ? v.played.end(0) : 0) / v.duration), {
      timeout: 60_000,
    })
    .toBeGreaterThan(0.5);
  expect(await video.evaluate((v: HTMLVideoElement) => v.played.start(0))).toBe(0);
  expect(await video.evaluate((v: HTMLVideoElement) => v.getVideoPlaybackQuality().totalVideoFrames)).toBeGreaterThan(10);
  await video.evaluate((v: HTMLVideoElement) => v.pause());

  await expect(page.getByRole('heading', { name: 'The plan' })).toBeVisible();
  expect(await page.locator('.scene').count()).toBeGreaterThanOrEqual(3);
  await expectAccessible(page, 'a finished video');

  // Captions for whoever watches without sound: the player has them, and they can be saved.
  const cues = await video.evaluate(async (v: HTMLVideoElement) => {
    const track = v.textTracks[0];
    track.mode = 'hidden';
    await new Promise((done) => (track.cues?.length ? done(0) : v.querySelector('track')!.addEventListener('load', done)));
    return Array.from(track.cues ?? [], (cue) => (cue as VTTCue).text);
  });
  expect(cues.length).toBeGreaterThanOrEqual(2);
  expect(cues.join(' ')).toMatch(/[a-z]{3}/);
  const captions = page.getByRole('link', { name: 'Captions for uploads' });
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole('button', { name: 'More files' }).click();
    await expect(captions).toHaveAttribute('href', /captions\.srt\?download=1$/);
    await expect(captions).toBeInViewport({ ratio: 1 });
    await expectToFit(page, `the menu of files at ${width}`);
    await expectAccessible(page, `the menu of files at ${width}`);
    await page.keyboard.press('Escape');
    await expect(captions).toBeHidden();
  }

  const id = page.url().split('/').pop();
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download', exact: true }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`ad_${id}.mp4`);
  const bytes = await readFile(await download.path());
  expect(bytes.subarray(4, 8).toString('latin1')).toBe('ftyp');
  expect(bytes.length).toBeGreaterThan(50_000);

  // It is in the gallery, with its picture.
  await page.getByRole('link', { name: 'Gallery' }).click();
  const card = page.getByRole('link', { name: new RegExp(PROMPT) });
  await expect(card).toBeVisible();
  await expect.poll(() => card.locator('img.card-image').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  await expectAccessible(page, 'a gallery with an ad');
  await card.click();

  await page.getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(QUESTION, { exact: true })).toBeVisible();
  await expectAccessible(page, 'the question before deleting');
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();

  // That it is under way is said, and that it came to nothing.
  expectedMessages.push(/ERR_FAILED/);
  let letGo = () => {};
  const isLetGo = new Promise<void>((done) => (letGo = done));
  await page.route(
    '**/fn/delete-video',
    async (route) => {
      await isLetGo;
      await route.abort();
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  const busy = dialog.getByRole('button', { name: 'Deleting…' });
  await expect(busy).toBeDisabled();
  await expect(busy).toHaveAttribute('aria-busy', 'true');
  letGo();
  await expect(dialog.getByRole('alert')).toBeVisible();
  await dialog.getByRole('button', { name: 'Delete' }).click();

  await expect(page).toHaveURL('/gallery');
  await expect(page.getByRole('status').getByText('Video deleted')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No ads yet' })).toBeVisible();

  // The work counted, though its result is gone.
  await page.getByTitle('Your profile').click();
  await expect(page.getByText('Total Videos Generated').locator('xpath=following-sibling::dd')).toHaveText('1');
});

test('a running ad can be cancelled, and tried again from its sentence', async ({ page }) => {
  await signUp(page);
  await open(page, `/videos/${await startAd(page, { duration_seconds: 30 })}`);
  // The page is written anew at each percent, and not while it is pressed.
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await cancel.hover();
  await page.mouse.down();
  await cancel.evaluate((button) => Object.assign(button, { isTheSame: true }));
  await (await page.waitForResponse((answer) => answer.url() === page.url())).finished();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  expect(await cancel.evaluate((button) => 'isTheSame' in button)).toBe(true);
  await page.mouse.up();
  await expect(page.getByRole('heading', { name: 'You cancelled this ad' })).toBeVisible();
  await page.getByRole('link', { name: 'Try again' }).click();
  await expect(page.getByLabel(/Your product in one sentence/)).toHaveValue(PROMPT);
  await expect(page.getByRole('slider', { name: 'Length' })).toHaveValue('30');
  await expect(page.getByLabel('Voice')).toHaveValue('');
});

test('progress is asked for where events do not come through', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(503));
  await signUp(page);
  await page.route('**/api/generations/*/events', (route) => route.fulfill({ status: 503 }));
  const id = await startAd(page, { duration_seconds: 30 });
  await open(page, `/videos/${id}`);
  await page.waitForResponse((answer) => answer.url().endsWith('/fn/generation'));
  await page.request.post(`/api/generations/${id}/cancel`);
  await expect(page.getByRole('heading', { name: 'You cancelled this ad' })).toBeVisible();
});

test('from the keyboard alone', async ({ page }) => {
  await signUp(page);
  const prompt = page.getByLabel(/Your product in one sentence/);
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if (await prompt.evaluate((element) => element === document.activeElement)) break;
  }
  await expect(prompt).toBeFocused();
  await page.keyboard.type(PROMPT);
  await expect(page.locator('#prompt-count')).toHaveText(`${PROMPT.length} / 500`);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'Making your ad' })).toBeVisible();
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await cancel.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'You cancelled this ad' })).toBeVisible();
});

test('what was typed outlives a reload and a log-in', async ({ page, context, expectedMessages }) => {
  expectedMessages.push(refusal(401));
  const name = await signUp(page);
  const prompt = page.getByLabel(/Your product in one sentence/);
  await prompt.fill('A lamp for people who read in bed');
  await page.getByRole('slider', { name: 'Length' }).fill('21');
  await page.getByLabel('Voice').selectOption('spoken');
  await page.reload();
  await hydrated(page);
  await expect(prompt).toHaveValue('A lamp for people who read in bed');
  await expect(page.getByRole('slider', { name: 'Length' })).toHaveValue('21');
  await expect(page.locator('#duration-shown')).toHaveText('21 seconds');
  await expect(page.getByLabel('Voice')).toHaveValue('spoken');

  // The session ends behind the page's back.
  await context.clearCookies();
  await page.getByRole('button', { name: 'Make the ad' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await hydrated(page);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await expect(page).toHaveURL('/dashboard');
  await hydrated(page);
  await expect(prompt).toHaveValue('A lamp for people who read in bed');
  await expect(page.getByLabel('Voice')).toHaveValue('spoken');
});

test('a sentence is checked before it is sent', async ({ page }) => {
  await signUp(page);
  const sent = postsOf(page);
  const prompt = page.getByLabel(/Your product in one sentence/);
  const note = page.locator('#prompt-note');
  await prompt.fill('too short');
  await page.getByRole('button', { name: 'Make the ad' }).click();
  await expect(note).toContainText('at least 10 characters');
  await expect(prompt).toBeFocused();
  await prompt.fill('é'.repeat(501));
  await expect(note).toContainText('at most 500 characters');
  await expect(page.locator('#prompt-count')).toHaveText('501 / 500');
  await page.getByRole('button', { name: 'Robot vacuum' }).click();
  await expect(prompt).toHaveValue(/robot vacuum/);
  await expect(note).toHaveText('');
  await expect(page).toHaveURL('/dashboard');
  expect(sent).toEqual([]);
});

test("somebody else's video does not exist", async ({ page, browser, expectedMessages }) => {
  expectedMessages.push(refusal(404));
  await signUp(page);
  const id = await cancelledAd(page);
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await signUp(stranger);
  const answer = await stranger.goto(`/videos/${id}`);
  expect(answer?.status()).toBe(404);
  await expect(stranger.getByRole('heading', { name: 'This video does not exist' })).toBeVisible();
  expect((await stranger.request.get(`/api/generations/${id}/video`)).status()).toBe(404);
  await context.close();

  for (const path of ['/videos/not-an-id', '/no/such/page']) {
    expect((await page.goto(path))?.status(), path).toBe(404);
    await hydrated(page);
  }
});
