// What every browser test stands on: a page that must stay silent, people, and ads.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';

export const PASSWORD = 'correct horse battery';
export const PROMPT = 'Cold brew coffee in a can for people who wake up before their alarm';

type Fixtures = {
  /** Add what the test provokes on purpose; anything else in the console fails it. */
  expectedMessages: RegExp[];
};

export const test = base.extend<Fixtures>({
  expectedMessages: [
    async ({ page }, use) => {
      // Who goes on to another page before the last one has faded in.
      const expected: RegExp[] = [/^uncaught: Transition was skipped$/];
      const heard: string[] = [];
      // Hydration mismatches, panics, blocked resources and policy violations all end up here.
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) {
          heard.push(`${message.type()}: ${message.text()} (${message.location().url})`);
        }
      });
      page.on('pageerror', (error) => heard.push(`uncaught: ${error.message}`));
      await use(expected);
      const unexpected = heard.filter((line) => !expected.some((pattern) => pattern.test(line)));
      expect(unexpected, 'the console stays silent').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Browsers report every answer of 400 and above, expected or not. */
export const refusal = (status: number) => new RegExp(`responded with a status of ${status}`);

let people = 0;

export function newName(): string {
  people += 1;
  return `user-${Date.now().toString(36)}-${process.pid}-${people}`;
}

/** Waits until the script has taken over the page. */
export async function hydrated(page: Page) {
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
}

export async function open(page: Page, path: string) {
  await page.goto(path);
  await hydrated(page);
}

/** Signs a new person up in the browser. */
export async function signUp(page: Page, name = newName()): Promise<string> {
  await open(page, '/register');
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/dashboard');
  await hydrated(page);
  return name;
}

export interface NewAd {
  prompt: string;
  duration_seconds?: number;
  aspect_ratio?: string;
  art_direction?: string;
}

/** Whoever asks the API with a session: a page, or what has one. */
type Asker = Pick<Page, 'request'>;

/** Starts an ad as a script would, and gives its id. It is as short as an ad can be, unless it is said otherwise. */
export async function startAd({ request }: Asker, ad: Partial<NewAd> = {}): Promise<string> {
  const answer = await request.post('/api/generations', { data: { prompt: PROMPT, duration_seconds: 9, ...ad } });
  expect(answer.status(), await answer.text()).toBe(202);
  return (await answer.json()).id;
}

/** Waits until the ad stands so; one that ends otherwise is not waited for. */
export async function reaches({ request }: Asker, id: string, status = 'completed') {
  let ad = { status: '', error: '' };
  const isThere = async () => {
    ad = await (await request.get(`/api/generations/${id}`)).json();
    return [status, 'completed', 'failed', 'cancelled'].includes(ad.status);
  };
  await expect.poll(isThere, { timeout: 150_000, intervals: [200] }).toBe(true);
  expect(ad.status, ad.error).toBe(status);
}

/** An ad that is made. */
export async function finishedAd(page: Asker, ad: Partial<NewAd> = {}): Promise<string> {
  const id = await startAd(page, ad);
  await reaches(page, id);
  return id;
}

/** An ad that was started and stopped: the quickest one there is. */
export async function cancelledAd(page: Asker, prompt = PROMPT): Promise<string> {
  const id = await startAd(page, { prompt });
  const cancelled = await page.request.post(`/api/generations/${id}/cancel`);
  expect(cancelled.ok(), await cancelled.text()).toBe(true);
  await reaches(page, id, 'cancelled');
  return id;
}

/** Nothing lies beyond the page's right edge. */
export async function expectToFit(page: Page, where: string) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
}

/** The paths that the page posts to from now on. */
export function postsOf(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && paths.push(new URL(request.url()).pathname));
  return paths;
}

/** Requests for `path` wait until they are let through, which the answer does. */
export async function held(page: Page, path: string): Promise<() => void> {
  let letThrough = () => {};
  const gate = new Promise<void>((resolve) => (letThrough = resolve));
  await page.route(`**${path}*`, async (route) => {
    await gate;
    await route.continue();
  });
  return letThrough;
}

/** What fades in is judged when it is there. Ended rather than waited for: what is out of sight does not go on. */
export async function atRest(page: Page) {
  await page.evaluate(() =>
    document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
      .forEach((animation) => animation.finish()),
  );
}

export async function expectAccessible(page: Page, where: string) {
  await atRest(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(', ')}`);
  expect(found, where).toEqual([]);
}
