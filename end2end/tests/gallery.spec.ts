// Finding one ad among others.
import { cancelledAd, expect, open, signUp, startAd, test } from './support';

const COFFEE = 'Cold brew coffee in a can for early birds';
const SHOES = 'Running shoes for people who are always late';

test('search and filter narrow the gallery, and live in the address', async ({ page }) => {
  await signUp(page);
  await open(page, '/gallery');
  await expect(page.getByRole('heading', { name: 'No ads yet' })).toBeVisible();

  await cancelledAd(page, COFFEE);
  await cancelledAd(page, SHOES);
  await open(page, '/gallery');
  const coffee = page.getByRole('link', { name: new RegExp(COFFEE) });
  const shoes = page.getByRole('link', { name: new RegExp(SHOES) });
  await expect(coffee).toBeVisible();
  await expect(shoes).toBeVisible();

  await page.getByRole('searchbox').fill('COLD brew');
  await expect(shoes).toBeHidden();
  await expect(coffee).toBeVisible();
  await expect(page).toHaveURL(/\/gallery\?search=COLD(%20|\+)brew$/);

  await page.getByRole('combobox', { name: 'Status' }).selectOption('Completed');
  await expect(page.getByRole('heading', { name: 'No results' })).toBeVisible();
  await expect(page).toHaveURL(/status=completed/);

  await page.getByRole('combobox', { name: 'Status' }).selectOption('Cancelled');
  await expect(coffee).toBeVisible();
  await page.reload();
  await expect(coffee).toBeVisible();
  await expect(shoes).toBeHidden();
  await expect(page.getByRole('searchbox')).toHaveValue('COLD brew');

  await coffee.click();
  await expect(page.getByRole('heading', { name: 'You cancelled this ad' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue('COLD brew');
  await page.getByRole('searchbox').fill('');
  await expect(shoes).toBeVisible();
});

test('a running ad moves on in the gallery by itself', async ({ page }) => {
  await signUp(page);
  const id = await startAd(page, COFFEE, 30);
  await open(page, '/gallery');
  const card = page.getByRole('listitem').filter({ hasText: COFFEE });
  await expect(card.getByRole('progressbar')).toBeVisible();
  await page.request.post(`/api/generations/${id}/cancel`);
  await expect(card.getByText('Cancelled')).toBeVisible({ timeout: 30_000 });
  await expect(card.getByRole('progressbar')).toBeHidden();
});
