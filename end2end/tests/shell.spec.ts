// What stands around every page: the command palette, the banner of a lost connection, the living page of the design.
import { cancelledAd, expect, expectAccessible, open, signUp, test } from './support';

test('the palette finds pages and ads by the keyboard alone', async ({ page }) => {
  await signUp(page);
  const id = await cancelledAd(page, 'Sourdough baking classes in Lisbon, beginners welcome');
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Search and commands' });
  await expect(palette).toBeVisible();
  await expectAccessible(page, 'the palette');

  await page.keyboard.type('nothing of that kind');
  await expect(palette.getByText('Nothing by that name.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('SPEND');
  await expect(palette.getByRole('option')).toHaveText(['Spending and limits']);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/spending');

  await open(page, '/gallery');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await page.keyboard.type('lisbon');
  await expect(palette.getByRole('option', { name: /^Sourdough/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(`/videos/${id}`);
});

test('a lost connection is told, and so is its return', async ({ page, expectedMessages }) => {
  expectedMessages.push(/ERR_INTERNET_DISCONNECTED/);
  await open(page, '/');
  await page.context().setOffline(true);
  await expect(page.getByText('AdMint cannot be reached')).toBeVisible();
  await expectAccessible(page, 'the banner');
  const asked = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/health/live'));
  await page.getByRole('button', { name: 'Try again' }).click();
  await asked;
  await expect(page.getByText('AdMint cannot be reached')).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText('You are back online')).toBeVisible();
  await expect(page.getByText('AdMint cannot be reached')).toBeHidden();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every component is accessible, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page, '/design');
    await expectAccessible(page, '/design');
  });
}
