// Money before the click: the estimate below the form, limits with what fits, what an ad did cost, and the pages of
// the account. Clips are bought of a vendor here whom nobody reaches: nothing is made, so nothing is asked of it.
import { OUT_OF_REACH, serverOfItsOwn } from './server';
import { PROMPT, expect, expectAccessible, expectToFit, open, refusal, signUp, startAd } from './support';

/** A server at which clips cost something, and whose workers do nothing. */
const test = serverOfItsOwn({ ...OUT_OF_REACH, ADMINT_WORKERS: '0' });

const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];

test('the estimate follows the form, and a limit offers what fits', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(402));
  await signUp(page);
  const estimate = page.locator('#estimate');
  await page.getByLabel(/Your product in one sentence/).fill(PROMPT);
  await expect(estimate).toContainText(/Estimate: \$\d+\.\d\d to \$\d+\.\d\d with kling-2\.6/);
  const first = await estimate.innerText();
  await page.getByLabel('Length').fill('9');
  await expect(estimate).not.toContainText(first.split('\n')[0]);
  await estimate.getByText('How this was come by').click();
  await expect(estimate).toContainText('by the price rule of');
  await expectAccessible(page, 'an estimate');

  await page.getByLabel('Clips by').selectOption('studio');
  await expect(estimate).toHaveText('Free: Studio draws this ad here');
  await page.getByLabel('Clips by').selectOption('');
  await page.getByLabel(/Most I want to spend/).fill('0.20');
  await page.getByRole('button', { name: 'Make the ad' }).click();
  await expect(page.getByRole('alert')).toContainText('drawn by Studio for $0.00');
  await expectAccessible(page, 'a refusal');
  await page.getByRole('button', { name: 'Take what fits' }).click();
  await expect(page.getByLabel('Clips by')).toHaveValue('studio');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/dashboard\?made=/);
});

test('come by a link, the form has its models all the same', async ({ page }) => {
  await signUp(page);
  await open(page, '/gallery');
  await page.getByRole('link', { name: 'Create' }).click();
  await expect(page).toHaveURL('/dashboard');
  await expect(page.getByLabel('Clips by')).toBeVisible();
});

for (const size of SIZES) {
  test(`what an ad costs, and the account's pages, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await signUp(page);
    const id = await startAd(page, { duration_seconds: 15 });
    await open(page, `/videos/${id}`);
    for (const path of [`/videos/${id}/cost`, '/spending', '/settings', '/models', '/profile']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page, path);
      await expectToFit(page, path);
    }
    await page.goto('/spending');
    await page.getByLabel(/The most that I want to spend in a month/).fill('2.50');
    await page.getByRole('button', { name: 'Set the limit' }).click();
    await expect(page.getByText('Your limit: $0.00 of $2.50 taken, $2.50 left')).toBeVisible();
    await expectAccessible(page, 'a month with its limit');
    await page.goto(`/videos/${id}/cost`);
    await page.getByText(/How the estimate of/).click();
    await expect(page.getByText('by the price rule of').first()).toBeVisible();
    await expectAccessible(page, 'an estimate line by line');
  });
}

test('settings are checked by a button, and show no secret', async ({ page }) => {
  await signUp(page);
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Check now' }).press('Enter');
  await expect(page.getByText('It does not answer at the moment')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('body')).not.toContainText('127.0.0.1:9');
  await expectAccessible(page, 'checked settings');
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('the fields are there, and the server checks them', async ({ page, address }) => {
    await page.goto('/register');
    await page.getByLabel('User name').fill(`money-${Date.now().toString(36)}`);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL(`${address}/dashboard`);
    await page.getByLabel(/Your product in one sentence/).fill(PROMPT);
    await page.getByLabel('Clips by').selectOption('studio');
    await page.getByRole('button', { name: 'Make the ad' }).click();
    await expect(page).toHaveURL(/\/videos\//);
  });
});
