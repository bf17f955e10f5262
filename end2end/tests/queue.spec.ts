// The queue: what waits and runs, in the order of its owner; a page of plain forms that follows by itself.
import { expect, expectAccessible, reaches, refusal, signUp, startAd, test } from './support';

const PROMPTS = [
  'Cold brew coffee for early birds in Berlin',
  'Trail running shoes that grip in the rain',
  'Soy candles poured by hand in Oslo',
];

test('what waits can be put in order, cancelled and tried again', async ({ page }) => {
  await signUp(page);
  await page.getByRole('link', { name: 'Queue' }).click();
  await expect(page).toHaveURL('/queue');
  await expect(page.getByRole('heading', { name: 'Nothing is waiting' })).toBeVisible();
  await expectAccessible(page, 'an empty queue');

  for (const prompt of PROMPTS) {
    await startAd(page, { prompt, duration_seconds: 30 });
  }
  await page.reload();
  const items = page.locator('.queue-item');
  await expect(items).toHaveCount(3);
  await expect(items.first()).toContainText(PROMPTS[0]);
  // The worker takes the first up, and the page shows it without being asked.
  await expect(items.first()).toContainText('Processing');
  await expect(items.first().getByRole('progressbar', { name: 'Progress' })).toBeVisible();

  const last = items.filter({ hasText: PROMPTS[2] });
  await expect(last).toContainText('Place 2');
  await last.getByRole('button', { name: 'To the front' }).click();
  await expect(last).toContainText('Next');
  await expect(items.nth(1)).toContainText(PROMPTS[2]);
  await expectAccessible(page, 'a queue at work');

  // By keyboard, too.
  const second = items.filter({ hasText: PROMPTS[1] });
  await second.getByRole('button', { name: 'Cancel' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Failed or cancelled' })).toBeVisible();
  await second.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Failed or cancelled' })).toBeHidden();
  await expect(second).toContainText('Waiting');

  for (const prompt of PROMPTS) {
    await items.filter({ hasText: prompt }).getByRole('button', { name: 'Cancel' }).click();
    await expect(items.filter({ hasText: prompt }).getByRole('button', { name: 'Try again' })).toBeVisible();
  }
  await expectAccessible(page, 'a queue of what was cancelled');
});

test('a form that comes too late says so and loses nothing', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(409), /ERR_FAILED/);
  await signUp(page);
  const id = await startAd(page, { prompt: PROMPTS[0], duration_seconds: 30 });
  await page.goto('/queue');
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await expect(cancel).toBeVisible();
  // Cancelled in another tab, and this one has not looked yet.
  await page.route('**/queue', (route) => (route.request().method() === 'GET' ? route.abort() : route.continue()));
  await page.request.post(`/api/generations/${id}/cancel`);
  await reaches(page, id, 'cancelled');
  await cancel.click();
  await expect(page.getByRole('alert')).toContainText('nothing to cancel');
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});
