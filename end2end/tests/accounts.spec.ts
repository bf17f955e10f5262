// In, out, and back to where one wanted to be.
import type { Page } from '@playwright/test';
import { PASSWORD, expect, expectAccessible, expectToFit, held, hydrated, newName, open, postsOf, refusal, signUp, test } from './support';

async function logIn(page: Page, name: string, password = PASSWORD) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

test('a protected page leads through log-in and back', async ({ page }) => {
  const name = await signUp(page);
  await expect(page.getByRole('link', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Log out' }).first().click();
  await expect(page).toHaveURL(/\/login/);
  await expect(page.getByText('You have been logged out')).toBeVisible();

  await page.goto('/gallery?status=completed&search=cold%20brew');
  await expect(page).toHaveURL(/\/login\?next=/);
  await hydrated(page);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL(/\/gallery\?status=completed&search=cold/);
  await hydrated(page);
  await expect(page.getByRole('searchbox')).toHaveValue('cold brew');
  await expect(page.getByRole('combobox', { name: 'Status' })).toHaveValue('completed');
});

test('log-in never leads to another site', async ({ page }) => {
  const name = await signUp(page);
  await page.context().clearCookies();
  await open(page, '/login?next=//evil.example/dashboard');
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page).toHaveURL('/dashboard');
});

test('mistakes in the sign-up form are told as one types', async ({ page, expectedMessages }) => {
  await open(page, '/register');
  const sent = postsOf(page);
  const name = page.getByLabel('User name');
  const password = page.getByLabel('Password', { exact: true });
  await name.fill('ab');
  await name.blur();
  await expect(page.locator('#username-note')).toContainText('3 to 50 characters');
  await name.fill('ab c');
  await expect(page.locator('#username-note')).toContainText('Use only letters');
  await name.fill('abc');
  await expect(page.locator('#username-note')).not.toHaveClass(/error/);
  await page.getByLabel(/E-mail/).fill('nobody@nowhere');
  await password.fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('#email-note')).toHaveClass(/error/);
  await expect(page.locator('#password-note')).toContainText('at least 8 characters');
  await expect(page).toHaveURL('/register');
  expect(sent).toEqual([]);

  await page.getByRole('button', { name: 'Show the password' }).click();
  await expect(password).toHaveAttribute('type', 'text');

  const taken = await signUp(page);
  await page.context().clearCookies();
  expectedMessages.push(refusal(409));
  await open(page, '/register');
  await name.fill(taken.toUpperCase());
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('.error')).toContainText(/taken/i);
});

test('a wrong password is refused with a reason', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(401));
  const name = await signUp(page);
  await page.context().clearCookies();
  await open(page, '/login');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.locator('#username-note')).toHaveText('Enter your user name.');
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await expect(page.locator('form .error')).toBeVisible();
  await expect(page).toHaveURL('/login');
});

test('who waits for the server sees it, and is sent once', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(401));
  const name = newName();
  const asked = postsOf(page);
  const posts = () => asked.filter((path) => path.startsWith('/fn/')).length;

  await open(page, '/register');
  let letThrough = await held(page, '/fn/');
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  const creating = page.getByRole('button', { name: 'Creating your account…' });
  await expect(creating).toHaveAttribute('aria-busy', 'true');
  await expectAccessible(page, 'a form that was sent');
  await creating.click();
  letThrough();
  await expect(page).toHaveURL('/dashboard');
  expect(posts(), 'a second click sends nothing').toBe(1);

  // A refusal gives the button back.
  await page.unrouteAll();
  await page.context().clearCookies();
  await open(page, '/login');
  letThrough = await held(page, '/fn/');
  await logIn(page, name, 'not the password');
  await expect(page.getByRole('button', { name: 'Logging in…' })).toHaveAttribute('aria-busy', 'true');
  letThrough();
  await expect(page.locator('form .error')).toBeVisible();
  const button = page.getByRole('button', { name: 'Log in', exact: true });
  await expect(button).not.toHaveAttribute('aria-busy', 'true');
  expect(posts()).toBe(2);
});

test('an ended session leads to log-in from within a page', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(401));
  await signUp(page);
  await page.context().clearCookies();
  await page.getByLabel('Your product in one sentence').fill('Cold brew coffee for early people');
  await page.getByRole('button', { name: 'Make the ad' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.getByText('Your session has ended')).toBeVisible();
});

test('how good a password is, is told as one types', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(422));
  await open(page, '/register');
  const name = newName();
  await page.getByLabel('User name').fill(name);
  const password = page.getByLabel('Password', { exact: true });
  const advice = page.locator('.strength .field-note');
  await password.fill('password');
  await expect(advice).toContainText('Guessed at once.');
  await expect(advice).toContainText(/Add another word/);
  await password.fill(PASSWORD);
  await expect(advice).toHaveText(/^(Good|Strong)\.$/);
  await password.fill(`${name}1`);
  await expect(advice).toContainText('Guessed at once.');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.locator('#password-note')).toContainText('This password is guessed at once');
  await password.fill(PASSWORD);
  await expect(advice).toHaveText(/^(Good|Strong)\.$/);
  await expectAccessible(page, 'a strong password');
  await password.press('CapsLock');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/dashboard');
});

test('after a log-out nothing private is shown, whichever way one goes', async ({ page }) => {
  const name = await signUp(page);
  await page.goto('/profile');
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page.getByRole('button', { name: 'Log out', exact: true }).first().click();
  await expect(page.getByText('You have been logged out')).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL('/login?next=/profile');
  await expect(page.locator('body')).not.toContainText('Member since');
  for (const path of ['/dashboard', '/gallery', '/queue', '/spending', '/settings', '/models', '/profile']) {
    await page.goto(path);
    await expect(page).toHaveURL(`/login?next=${path}`);
  }
});

test('who waits is told how long', async ({ page, expectedMessages }) => {
  expectedMessages.push(refusal(401), refusal(429));
  await open(page, '/login');
  const nobody = newName();
  for (let guess = 0; guess < 5; guess += 1) {
    await logIn(page, nobody, `guess ${guess} of many`);
    await expect(page.getByRole('button', { name: 'Log in', exact: true })).not.toHaveAttribute('aria-busy', 'true');
    await expect(page.locator('form .error')).toContainText('User name or password is wrong');
  }
  await logIn(page, nobody, 'one too many');
  await expect(page.locator('form .error')).toContainText(/Please try again in \d+ minutes/);
});

for (const width of [390, 820, 1440]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`the ways in at ${width} px, ${colorScheme}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      for (const path of ['/login?logged_out=1', '/register']) {
        await open(page, path);
        await page.getByLabel('Password', { exact: true }).fill('qwertyui');
        if (path === '/register') await expect(page.locator('.strength .field-note')).toContainText('Guessed at once.');
        await expectAccessible(page, path);
        await expectToFit(page, path);
      }
    });
  }
}

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });
  // On a slow machine: what nobody runs was fetched for nothing.
  test.beforeEach(({ expectedMessages }) => {
    expectedMessages.push(/was preloaded using link preload but not used/);
  });

  test('sign up, log out, fail, log in', async ({ page, expectedMessages }) => {
    expectedMessages.push(refusal(401));
    const name = newName();
    await page.goto('/register?next=/profile');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL('/profile');
    await page.getByRole('button', { name: 'Log out' }).first().click();
    await expect(page.getByText('You have been logged out')).toBeVisible();
    await page.goto('/login');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await expect(page.locator('form .error')).toContainText('User name or password is wrong');
    await expect(page.getByLabel('User name')).toHaveValue(name);
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await expect(page).toHaveURL('/dashboard');
    await expect(page.getByRole('heading', { name: 'What shall we advertise?' })).toBeVisible();
  });

  test('a refused registration says why at its field and keeps what was typed', async ({ page, expectedMessages }) => {
    expectedMessages.push(refusal(422));
    const name = newName();
    await page.goto('/register?next=/profile');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel(/E-mail/).fill('ann@example.com');
    await page.getByLabel('Password', { exact: true }).fill('password');
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page.locator('#password-note')).toContainText('This password is guessed at once');
    await expect(page.getByLabel('User name')).toHaveValue(name);
    await expect(page.getByLabel(/E-mail/)).toHaveValue('ann@example.com');
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL('/profile');
  });
});
