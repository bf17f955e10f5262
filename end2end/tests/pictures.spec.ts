// A product photo and a logo, as their maker brings them along.
import type { Page } from '@playwright/test';
import { PROMPT, expect, expectAccessible, refusal, signUp, test } from './support';

/** A red disc on nothing, as a PNG. */
async function disc(page: Page): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 400;
    const context = canvas.getContext('2d')!;
    context.fillStyle = '#c8202c';
    context.arc(200, 200, 150, 0, 7);
    context.fill();
    return canvas.toDataURL('image/png');
  });
  return Buffer.from(url.split(',')[1], 'base64');
}

test('a photo is shown as the ad will show it, and the ad uses it', async ({ page }) => {
  await signUp(page);
  const file = { name: 'can.png', mimeType: 'image/png', buffer: await disc(page) };
  await page.getByLabel('Product photo').setInputFiles(file);
  await expect(page.locator('#photo-note')).toHaveText('It came without a background and is used as it is.');
  const preview = page.locator('.picture').first().locator('img');
  await expect.poll(() => preview.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(250);
  await page.getByLabel('Logo').setInputFiles(file);
  await expect(page.locator('#logo-note')).toHaveText('It will be in the corner and on the end card.');
  await expectAccessible(page, 'the form with pictures');
  await page.getByRole('button', { name: 'Remove the logo' }).click();
  await expect(page.locator('#logo-note')).toHaveText('Optional. In the corner and on the end card.');
  await expect(page.getByLabel('Logo')).toBeFocused();

  await page.getByLabel(/Your product in one sentence/).fill(PROMPT);
  await page.getByRole('button', { name: 'Make the ad' }).click();
  await expect(page).toHaveURL(/\/dashboard\?made=[0-9a-f-]{36}$/);
  const id = page.url().split('=').pop();
  const view = await (await page.request.get(`/api/generations/${id}`)).json();
  expect(view.photo).toMatch(/^[0-9a-f-]{36}$/);
  expect(view.logo).toBeNull();

  // The next ad can start from the same photo.
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('link', { name: 'Make another' }).click();
  await expect(page.locator('#photo-note')).toHaveText('From your earlier ad.');
});

test('what is no picture is refused where it was chosen, and what was there stays', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(422));
  await signUp(page);
  const photo = page.getByLabel('Product photo');
  await photo.setInputFiles({ name: 'can.png', mimeType: 'image/png', buffer: await disc(page) });
  await expect(page.locator('#photo-note')).toContainText('used as it is');
  await photo.setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('%PDF-1.7 renamed') });
  await expect(page.locator('#photo-note')).toHaveText(/This is a PDF, not a picture\./);
  await expect(page.locator('.picture').first().locator('img')).toBeVisible();
});
