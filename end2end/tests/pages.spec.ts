// Every page at a phone's and a desktop's width, in light and dark: no violation of accessibility
// rules, no sideways scrolling, a title of its own.
import { cancelledAd, expect, expectAccessible, hydrated, open, refusal, signUp, test } from './support';

const LOOKS = [390, 1440].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
);

/** Pages that the server writes alone. */
const PLAIN = ['/profile', '/spending', '/settings', '/models'];

for (const { width, colorScheme } of LOOKS) {
  test.describe(`${width} wide, ${colorScheme}`, () => {
    test.use({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' } as object);

    test('pages are accessible and fit', async ({ page, expectedMessages }) => {
      expectedMessages.push(refusal(404));
      const titles = new Set<string>();
      const check = async (path: string) => {
        // The server's own pages have no script to wait for.
        await (PLAIN.includes(path) ? page.goto(path) : open(page, path));
        await expectAccessible(page, path);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
        titles.add(await page.title());
      };
      const visitorPages = ['/', '/login?logged_out=1', '/register', '/no-such-page'];
      for (const path of visitorPages) await check(path);
      await signUp(page);
      await check('/gallery');
      const id = await cancelledAd(page);
      const userPages = ['/dashboard', `/videos/${id}`, ...PLAIN];
      for (const path of userPages) await check(path);
      expect(titles.size, [...titles].join(' | ')).toBe(visitorPages.length + userPages.length + 1);
    });
  });
}

test('the theme is the reader’s, and stays', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, '/');
  await page.getByRole('button', { name: 'Switch between light and dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.reload();
  await hydrated(page);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the policy allows only our own scripts', async ({ page }) => {
  const answer = await page.goto('/');
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src [^;]*'nonce-[^']+'/);
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
  await hydrated(page);
});
