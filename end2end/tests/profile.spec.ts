// One's own account: figures, sessions, password, address, data, and the way out.
import type { Page } from '@playwright/test';
import { PASSWORD, expect, expectAccessible, expectToFit, hydrated, newName, open, refusal, signUp, test } from './support';

const ANOTHER = 'four odd words together';

test('the profile says who one is', async ({ page }) => {
  const name = await signUp(page);
  await page.getByRole('link', { name }).click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  const now = new Date();
  const month = now.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
  await expect(page.getByText(`Member since: ${month} ${now.getUTCFullYear()}`)).toBeVisible();
  const figure = (label: string) => page.getByText(label, { exact: true }).locator('xpath=following-sibling::dd');
  await expect(figure('Total Videos Generated')).toHaveText('0');
  await expect(figure('Total Cost Spent')).toHaveText('$0.00');
  await expect(figure('Last Login')).toHaveText(/just now|ago$/);
});


test('another browser is seen and logged out there', async ({ page, browser }) => {
  const name = await signUp(page);
  const other = await browser.newContext({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' });
  const there = await other.newPage();
  await there.goto('/login?next=/profile');
  await there.getByLabel('User name').fill(name);
  await there.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await there.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(there).toHaveURL('/profile');

  await page.goto('/profile');
  const sessions = page.locator('.session-list li');
  await expect(sessions).toHaveCount(2);
  await expect(sessions.first()).toContainText('this one');
  await expect(sessions.last()).toContainText('Firefox on Linux');
  await expect(sessions.last()).toContainText('127.0.0.0/24');
  await sessions.last().getByRole('button', { name: /Log out Firefox on Linux/ }).press('Enter');
  await expect(page.getByText('Logged out there.')).toBeVisible();
  await expect(sessions).toHaveCount(1);
  await there.reload();
  await expect(there).toHaveURL('/login?next=/profile');
  await other.close();

  await page.getByRole('button', { name: 'Log out everywhere', exact: true }).click();
  await expect(page.getByText('You have been logged out')).toBeVisible();
});

test('the address and the password are changed with the present one', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(422));
  const name = await signUp(page);
  await open(page, '/profile');
  const email = page.locator('#email');
  await email.getByLabel('E-mail address').fill('ann@example.com');
  await email.getByLabel('Your present password').fill('not the password');
  await email.getByRole('button', { name: 'Save the address' }).click();
  await expect(page.locator('#email-current-note')).toContainText('This is not your present password');
  await expect(email.getByLabel('E-mail address')).toHaveValue('ann@example.com');
  await expect(email.getByLabel('Your present password')).toHaveValue('');
  await expectAccessible(page, 'a refused address');
  await email.getByLabel('Your present password').fill(PASSWORD);
  await email.getByRole('button', { name: 'Save the address' }).click();
  await expect(page.getByText('Your e-mail address is saved.')).toBeVisible();
  await expect(page.locator('.profile-email')).toHaveText('ann@example.com');

  await hydrated(page);
  const password = page.locator('#password');
  await password.getByLabel('Your present password').fill(PASSWORD);
  await password.getByLabel('New password').fill(name);
  await expect(password.locator('.strength .field-note')).toContainText('Guessed at once.');
  await password.getByLabel('New password').fill(ANOTHER);
  await expect(password.locator('.strength .field-note')).toHaveText(/^(Good|Strong)\.$/);
  await password.getByRole('button', { name: 'Change the password' }).click();
  await expect(page.getByText('Your password is changed')).toBeVisible();

  await page.context().clearCookies();
  await open(page, '/login');
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(ANOTHER);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/dashboard');
});

test('an address that was being typed survives the end of a session', async ({ page }) => {
  const name = await signUp(page);
  await open(page, '/profile');
  await page.locator('#email').getByLabel('E-mail address').fill('ann@example.com');
  await page.locator('#email').getByLabel('Your present password').fill(PASSWORD);
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Save the address' }).click();
  await expect(page.getByText('Your session has ended')).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(PASSWORD);
  await hydrated(page);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/profile');
  await expect(page.locator('#email').getByLabel('E-mail address')).toHaveValue('ann@example.com');
  await expect(page.locator('#email').getByLabel('Your present password')).toHaveValue('');
  await expect(page.getByText('Here is what you had typed.')).toBeVisible();
});

test('what one had typed is not for another', async ({ page }) => {
  const first = await signUp(page);
  await page.context().clearCookies();
  await signUp(page);
  await open(page, '/profile');
  await page.locator('#email').getByLabel('E-mail address').fill('secret@example.com');
  await page.locator('#email').getByLabel('Your present password').fill(PASSWORD);
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Save the address' }).click();
  await expect(page.getByText('Your session has ended')).toBeVisible();
  await hydrated(page);
  await page.getByLabel('User name').fill(first);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/profile');
  await hydrated(page);
  await expect(page.locator('#email').getByLabel('E-mail address')).toHaveValue('');
});

test('all one has is downloaded', async ({ page }) => {
  const name = await signUp(page);
  await page.goto('/profile');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download everything' }).first().click(),
  ]);
  expect(download.suggestedFilename()).toMatch(new RegExp(`^admint-${name}-\\d{4}-\\d{2}-\\d{2}\\.zip$`));
});

async function leave(page: Page, name: string) {
  await page.getByText('What goes, and how to delete it').click();
  const part = page.locator('#delete');
  await part.getByLabel(/Type your user name/).fill('somebody');
  await part.getByLabel('Your present password').fill(PASSWORD);
  await part.getByRole('button', { name: /Delete my account/ }).click();
  await expect(page.locator('#confirmation-note')).toContainText(`Type your user name, ${name}, to confirm.`);
  await expect(part.getByLabel(/Type your user name/)).toHaveValue('somebody');
  await part.getByLabel(/Type your user name/).fill(name);
  await part.getByLabel('Your present password').fill(PASSWORD);
  await part.getByRole('button', { name: /Delete my account/ }).click();
  await expect(page.getByText('Your account and everything in it has been deleted.')).toBeVisible();
}

test('who leaves is told what goes, and is gone', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(422));
  const name = await signUp(page);
  await open(page, '/profile');
  await leave(page, name);
  await page.goto('/profile');
  await expect(page).toHaveURL('/login?next=/profile');
  await signUp(page, name);
});

for (const width of [390, 820, 1440]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the profile at ${width} px, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await signUp(page);
      await open(page, '/profile');
      await page.getByText('What goes, and how to delete it').click();
      await page.locator('#password').getByLabel('New password').fill('qwertyui');
      await expect(page.locator('#password .strength .field-note')).toContainText('Guessed at once.');
      await expectAccessible(page, 'the profile');
      await expectToFit(page, 'the profile');
    });
  }
}

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });
  // On a slow machine: what nobody runs was fetched for nothing.
  test.beforeEach(({ expectedMessages }) => {
    expectedMessages.push(/was preloaded using link preload but not used/);
  });

  test('everything on the profile works', async ({ page, expectedMessages }) => {
    expectedMessages.push(refusal(422));
    const name = newName();
    await page.goto('/register?next=/profile');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    const password = page.locator('#password');
    await password.getByLabel('Your present password').fill(PASSWORD);
    await password.getByLabel('New password').fill('password');
    await password.getByRole('button', { name: 'Change the password' }).click();
    await expect(page.locator('#new_password-note')).toContainText('This password is guessed at once');
    await leave(page, name);
  });
});
