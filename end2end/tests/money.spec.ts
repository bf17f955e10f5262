// Money before the click: the estimate below the form, limits with what fits, what an ad did cost, and the pages of
// the account. Clips are bought of a vendor here whom nobody reaches: nothing is made, so nothing is asked of it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PROMPT, expect, expectAccessible, open, refusal, signUp, startAd, test as base } from './support';

const FREE_PORT =
  "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(String(s.address().port)); s.close(); });";

const test = base.extend<object, { priced: string }>({
  /** A server of its own, at which clips cost something, and whose workers do nothing. */
  priced: [
    async ({}, use) => {
      const port = execFileSync(process.execPath, ['-e', FREE_PORT]).toString().trim();
      const data = mkdtempSync(join(tmpdir(), 'admint-e2e-money-'));
      const address = `http://127.0.0.1:${port}`;
      const server: ChildProcess = spawn(process.env.ADMINT_BIN ?? '../target/debug/admint', ['serve'], {
        env: {
          ...process.env,
          ADMINT_LISTEN: `127.0.0.1:${port}`,
          ADMINT_DATA_DIR: data,
          ADMINT_WORKERS: '0',
          ADMINT_VIDEO_MODEL: 'kling-2.6',
          ADMINT_REPLICATE_API_TOKEN: 'x',
          ADMINT_REPLICATE_BASE_URL: 'http://127.0.0.1:9',
        },
        stdio: 'ignore',
      });
      const ended = new Promise((resolve) => server.once('exit', resolve));
      const answers = async () => (await fetch(`${address}/api/health`).catch(() => undefined))?.ok ?? false;
      try {
        // A fixture of the worker's has no test whose expectations could wait.
        while (server.exitCode === null && !(await answers())) await setTimeout(100);
        await use(address);
      } finally {
        server.kill('SIGTERM');
        await ended;
        rmSync(data, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ priced }, use) => use(priced),
});

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
  await expect(page).toHaveURL(/\/videos\//);
});

test('come by a link, the form has its models all the same', async ({ page }) => {
  await signUp(page);
  await open(page, '/gallery');
  await page.getByRole('link', { name: 'Create' }).click();
  await expect(page).toHaveURL(/\/dashboard$/);
  await expect(page.getByLabel('Clips by')).toBeVisible();
});

for (const size of SIZES) {
  test(`what an ad costs, and the account's pages, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await signUp(page);
    const id = await startAd(page, PROMPT, 15);
    await open(page, `/videos/${id}`);
    for (const path of [`/videos/${id}/cost`, '/spending', '/settings', '/models', '/profile']) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectAccessible(page, path);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
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

  test('the fields are there, and the server checks them', async ({ page, priced }) => {
    await page.goto('/register');
    await page.getByLabel('User name').fill(`money-${Date.now().toString(36)}`);
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL(`${priced}/dashboard`);
    await page.getByLabel(/Your product in one sentence/).fill(PROMPT);
    await page.getByLabel('Clips by').selectOption('studio');
    await page.getByRole('button', { name: 'Make the ad' }).click();
    await expect(page).toHaveURL(/\/videos\//);
  });
});
