// A video's link: made, seen by anybody, and taken back.
import { PROMPT, expect, expectAccessible, expectToFit, finishedAd, open, refusal, signUp, test } from './support';

const WIDTHS = [390, 820, 1440];

test('a link is made, copied, watched without an account, and revoked', async ({ page, browser, expectedMessages }) => {
  test.setTimeout(300_000);
  expectedMessages.push(refusal(404));
  await signUp(page);
  const id = await finishedAd(page);
  await open(page, `/videos/${id}`);
  const before = await page.locator('video').evaluate((video: HTMLVideoElement) => {
    video.currentTime = 3;
    return video.currentTime;
  });
  await page.getByText('Share', { exact: true }).click();
  const panel = page.locator('#share-panel');
  await expect(panel.getByRole('heading', { name: 'Only you can watch this video' })).toBeVisible();
  await expectAccessible(page, 'a video that is not shared');
  await panel.getByLabel('It works for').selectOption('30');
  await panel.getByRole('button', { name: 'Make a link' }).click();
  await expect(panel.getByRole('heading', { name: 'Anybody with this link can watch' })).toBeVisible();
  await expect(panel.getByText(/works until \d+ \w+ \d{4}/)).toBeVisible();
  const url = await panel.getByLabel('Link').inputValue();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{43}$/);
  // Nothing else on the page moved.
  expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime)).toBe(before);
  await expectAccessible(page, 'a video that is shared');

  const context = await browser.newContext();
  const visitor = await context.newPage();
  const errors: string[] = [];
  visitor.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
  const answer = await visitor.goto(url);
  expect(answer?.status()).toBe(200);
  expect(answer?.headers()['x-robots-tag']).toContain('noindex');
  expect(answer?.headers()['referrer-policy']).toBe('no-referrer');
  await expect(visitor.getByRole('heading', { name: 'A video ad' })).toBeVisible();
  await expect(visitor.locator('body')).not.toContainText(PROMPT);
  const video = visitor.locator('video');
  await expect.poll(() => video.evaluate((v: HTMLVideoElement) => v.readyState)).toBeGreaterThanOrEqual(1);
  for (const colorScheme of ['light', 'dark'] as const) {
    await visitor.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await visitor.setViewportSize({ width, height: 900 });
      await expectToFit(visitor, `the page at ${width}`);
      await expectAccessible(visitor, `a shared video at ${width}, ${colorScheme}`);
    }
  }
  expect(errors, 'the console stays silent').toEqual([]);

  // A title is what they see; the prompt stays its maker's.
  await page.getByText('Rename').click();
  await page.getByLabel('Title').fill('Spring & <summer>');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Renamed')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Spring & <summer>' })).toBeVisible();
  await visitor.reload();
  await expect(visitor.getByRole('heading', { name: 'Spring & <summer>' })).toBeVisible();

  await panel.getByRole('button', { name: 'Revoke the link' }).click();
  await expect(panel.getByRole('heading', { name: 'Only you can watch this video' })).toBeVisible();
  const gone = await visitor.reload();
  expect(gone?.status()).toBe(404);
  await expect(visitor.getByRole('heading', { name: 'There is no video here' })).toBeVisible();
  await expectAccessible(visitor, 'a link that shows nothing');
  expect((await visitor.request.get(`${url}/video`)).status()).toBe(404);
  await context.close();
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('a video is renamed, shared and taken back by plain forms', async ({ page, expectedMessages }) => {
    test.setTimeout(300_000);
    // Nobody is there to use it.
    expectedMessages.push(/preloaded using link preload/);
    await page.goto('/register');
    await page.getByLabel('User name').fill(`share-${Date.now().toString(36)}`);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL('/dashboard');
    const id = await finishedAd(page);
    await page.goto(`/videos/${id}`);
    await page.getByText('Rename').click();
    await page.getByLabel('Title').fill('Without a script');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Without a script' })).toBeVisible();
    await page.getByText('Share', { exact: true }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    await expect(page).toHaveURL(/open=share/);
    const path = await page.getByLabel('Link').inputValue();
    const shared = await page.request.get(path);
    expect(shared.status()).toBe(200);
    await page.getByRole('button', { name: 'Revoke the link' }).click();
    await expect(page.getByRole('heading', { name: 'Only you can watch this video' })).toBeVisible();
    expect((await page.request.get(path)).status()).toBe(404);
  });
});
