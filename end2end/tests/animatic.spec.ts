// Where clips cost something: the whole ad for nothing first, what its real clips cost before the click, and the ad as
// it was where they are not to be had. The vendor is out of reach, so nothing is ever bought.
import { OUT_OF_REACH, serverOfItsOwn } from './server';
import { PROMPT, expect, expectAccessible, expectToFit, signUp } from './support';

const test = serverOfItsOwn({ ...OUT_OF_REACH, ADMINT_WORKERS: '1' });

test('an animatic is free, and its real clips have their price on the button', async ({ page }) => {
  test.setTimeout(300_000);
  await signUp(page);
  await page.getByLabel(/Your product in one sentence/).fill(PROMPT);
  await page.getByLabel('Length').fill('9');
  await page.getByLabel(/Let Studio draw all of it first/).check();
  await expect(page.locator('#estimate')).toContainText('Free');
  await page.getByRole('button', { name: 'Make the ad' }).click();
  await expect(page).toHaveURL(/\/dashboard\?made=/);
  await expect(page.locator('video')).toBeVisible({ timeout: 150_000 });

  await page.getByRole('link', { name: 'Open it' }).click();
  await page.getByRole('link', { name: 'Change its scenes' }).click();
  await expect(page.getByRole('heading', { name: 'This is a free animatic' })).toBeVisible();
  const model = page.getByLabel('Model');
  await expect(model.locator('option').first()).toHaveText(/^kling-2\.6 \u2014 \$\d+\.\d\d$/);
  const button = page.getByRole('button', { name: /Make the real clips/ });
  await expect(button).toContainText(/\$\d+\.\d\d/);
  await expectAccessible(page, 'an animatic');
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expectToFit(page, `the page at ${width}`);
  }

  await button.click();
  await expect(page.getByRole('heading', { name: 'Your change is being made' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('The last change was cancelled.')).toBeVisible({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Keep the ad as it was' }).click();
  await expect(page.getByRole('heading', { name: 'This is a free animatic' })).toBeVisible();
  await page.getByRole('link', { name: 'Back to the ad' }).click();
  await expect(page.locator('video')).toBeVisible();
});
