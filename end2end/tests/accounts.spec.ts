// In, out, and back to where one wanted to be.
import { PASSWORD, expect, hydrated, newName, open, refusal, signUp, test } from './support';

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
  await expect(page).toHaveURL(/127\.0\.0\.1:\d+\/dashboard$/);
});

test('mistakes in the sign-up form are told as one types', async ({ page, expectedMessages }) => {
  await open(page, '/register');
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
  await expect(page).toHaveURL(/\/register$/);

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
  await expect(page).toHaveURL(/\/login$/);
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

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('sign up, log out, fail, log in', async ({ page }) => {
    const name = newName();
    await page.goto('/register?next=/profile');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(page).toHaveURL(/\/profile$/);
    await page.getByRole('button', { name: 'Log out' }).first().click();
    await expect(page.getByText('You have been logged out')).toBeVisible();
    await page.goto('/login');
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await expect(page.locator('form .error')).toBeVisible();
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await expect(page).toHaveURL(/\/dashboard$/);
    await expect(page.getByRole('heading', { name: 'What shall we advertise?' })).toBeVisible();
  });
});
