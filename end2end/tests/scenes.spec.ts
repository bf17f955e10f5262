// Changing an ad that exists: words, a scene made again, what is wrong beside what was typed, and the way back.
import { PASSWORD, expect, expectAccessible, expectToFit, hydrated, open, reaches, refusal, signUp, startAd, test } from './support';
import type { Page } from '@playwright/test';

const PROMPT = 'Cold brew coffee for early birds in Berlin';

async function fits(page: Page) {
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expectToFit(page, `the page at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 720 });
}

test('scenes are changed, made again, and brought back', async ({ page, expectedMessages }) => {
  test.setTimeout(420_000);
  expectedMessages.push(refusal(422), refusal(409));
  const name = await signUp(page);
  const id = await startAd(page, { prompt: PROMPT });
  await page.goto(`/videos/${id}/scenes`);
  await reaches(page, id);
  await page.goto(`/videos/${id}`);
  await page.getByRole('link', { name: 'Change its scenes' }).click();
  await expect(page).toHaveURL(`/videos/${id}/scenes`);

  const cards = page.locator('.scene-card');
  await expect(cards).toHaveCount(3);
  await expect(cards.locator('img')).toHaveCount(3);
  for (const still of await cards.locator('img').all()) {
    await still.scrollIntoViewIfNeeded();
    await expect.poll(() => still.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
  }
  await expectAccessible(page, 'scenes to be changed');
  await fits(page);

  // A session that ends meanwhile takes nothing with it.
  await hydrated(page);
  const camera = cards.nth(0).getByLabel('What the camera sees');
  await camera.fill('Steam over a cup, at dawn');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Save and redraw' }).first().click();
  await expect(page.getByText('Your session has ended')).toBeVisible();
  await hydrated(page);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL(`/videos/${id}/scenes`);
  await expect(camera).toHaveValue('Steam over a cup, at dawn');
  await open(page, `/videos/${id}/scenes`);

  // What is wrong is said at its field, and what was typed stays.
  const second = cards.nth(1);
  await second.getByLabel('Seconds').fill('12');
  await second.getByLabel('What the camera sees').fill('A kettle on a stove, at dawn');
  await expect(page.locator('#sum')).not.toHaveText('9 s');
  await second.getByLabel('Seconds').press('Enter');
  await expect(page.getByRole('alert')).toContainText('A scene lasts 3 to 7 s.');
  await expect(second.getByLabel('Seconds')).toHaveValue('12');
  await expect(second.getByLabel('Seconds')).toHaveAttribute('aria-invalid', 'true');
  await expect(second.getByLabel('What the camera sees')).toHaveValue('A kettle on a stove, at dawn');
  await expectAccessible(page, 'a change that cannot be made');

  // Other words and a longer scene; the page follows by itself.
  await second.getByLabel('Seconds').fill('4.5');
  const headline = cards.first().getByLabel('Headline');
  await headline.fill('Cold dawn');
  await page.getByRole('button', { name: 'Save and redraw' }).first().click();
  await expect(page.getByRole('heading', { name: 'Your change is being made' })).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Progress' })).toBeVisible();
  await expectAccessible(page, 'a change under way');
  // Until then the ad is seen as it was.
  expect((await page.request.get(`/api/generations/${id}/video`)).status()).toBe(200);
  await expect(page.getByRole('button', { name: 'Undo the last change' })).toBeVisible({ timeout: 150_000 });
  await expect(cards.first().getByLabel('Headline')).toHaveValue('Cold dawn');
  await expect(cards.nth(1).getByLabel('Seconds')).toHaveValue('4.5');

  // A form of before is told so.
  const late = await page.request.post(`/api/generations/${id}/scenes/0/again`, { data: { revision: 1 } });
  expect(late.status()).toBe(409);

  // Behind another ad it is not made before it is cancelled.
  const before = await startAd(page, { prompt: PROMPT, duration_seconds: 30 });
  await page.getByRole('button', { name: /Make this scene again, Scene 1/ }).click();
  await expect(page.getByRole('heading', { name: 'Your change is being made' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('The last change was cancelled.')).toBeVisible();
  await page.request.post(`/api/generations/${before}/cancel`);
  await reaches(page, before, 'cancelled');
  await expectAccessible(page, 'a change that was cancelled');
  // The ad plays as it was.
  await page.goto(`/videos/${id}`);
  await expect(page.locator('video')).toBeVisible();
  await page.goto(`/videos/${id}/scenes`);
  await page.getByRole('button', { name: 'Keep the ad as it was' }).click();
  await page.getByRole('button', { name: 'Undo the last change' }).click();
  await expect(cards.first().getByLabel('Headline')).not.toHaveValue('Cold dawn');
  await expect(page.getByRole('button', { name: 'Undo the last change' })).toBeHidden();
  await reaches(page, id);
});

test('scenes of what is not there, or not finished', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(404));
  await signUp(page);
  await page.goto('/videos/0199c0de-0000-7000-8000-000000000000/scenes');
  await expect(page.getByRole('alert')).toContainText('does not exist');
  await expectAccessible(page, 'scenes of nothing');
});
