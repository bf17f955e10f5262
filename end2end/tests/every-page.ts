// Every page there is. Whoever adds a page adds it here: it is then tested at every width, in light and dark, from the
// keyboard alone, and has its picture taken by `cargo xtask shots`.
import { request as requests, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { PASSWORD, expect, hydrated, newName, reaches, startAd, test as base, type NewAd } from './support';

export interface AppPage {
  /** Of its pictures. */
  name: string;
  /** `{id}` is a finished ad of the person who is signed in, `{share}` the address at which it is shared. */
  path: string;
  /** What one sees who is not signed in. */
  forVisitors?: boolean;
  /** A document of its own, without bar and script; `share.spec.ts` tests it. */
  isBare?: boolean;
  /** Other than 200. */
  status?: number;
}

export const PAGES: AppPage[] = [
  { name: 'landing', path: '/', forVisitors: true },
  { name: 'log-in', path: '/login?logged_out=1', forVisitors: true },
  { name: 'register', path: '/register', forVisitors: true },
  { name: 'dashboard', path: '/dashboard' },
  { name: 'gallery', path: '/gallery' },
  { name: 'no-results', path: '/gallery?search=nothing%20like%20it' },
  { name: 'video', path: '/videos/{id}' },
  { name: 'scenes', path: '/videos/{id}/scenes' },
  { name: 'cost', path: '/videos/{id}/cost' },
  { name: 'provenance', path: '/videos/{id}/provenance' },
  { name: 'shared', path: '{share}', forVisitors: true, isBare: true },
  { name: 'queue', path: '/queue' },
  { name: 'profile', path: '/profile' },
  { name: 'spending', path: '/spending' },
  { name: 'models', path: '/models' },
  { name: 'settings', path: '/settings' },
  // In development builds only.
  { name: 'design', path: '/design', forVisitors: true },
  { name: 'not-found', path: '/no-such-page', status: 404 },
];

/** What opens over a page and keeps the focus to itself until it is closed. */
export const DIALOGS: {
  name: string;
  path: string;
  /** What has to be done before its opener is there. */
  before?: (page: Page) => Promise<void>;
  opener: (page: Page) => Locator;
}[] = [
  {
    name: 'the question before deleting',
    path: '/videos/{id}',
    opener: (page) => page.getByRole('button', { name: 'Delete' }).first(),
  },
  {
    name: 'the question before deleting what is chosen',
    path: '/gallery',
    before: (page) => page.locator('input[name="ids"]').first().check(),
    opener: (page) => page.locator('.chosen-bar').getByRole('button', { name: 'Delete' }),
  },
  {
    name: 'the palette',
    path: '/gallery',
    opener: (page) => page.getByRole('button', { name: 'Search', exact: true }),
  },
];

export const WIDTHS = [390, 820, 1440];
export const HEIGHTS: Record<number, number> = { 390: 844, 820: 1180, 1440: 900 };
export const THEMES = ['light', 'dark'] as const;

/** Somebody with finished ads, of which the first is shared; or with none, and then `id` and `share` are empty. */
export interface Maker {
  state: Awaited<ReturnType<BrowserContext['storageState']>>;
  id: string;
  share: string;
}

export async function makerOf(ads: Partial<NewAd>[], username = newName()): Promise<Maker> {
  const address = process.env.ADMINT_URL ?? `http://127.0.0.1:${process.env.ADMINT_E2E_PORT}`;
  const client = await requests.newContext({ baseURL: address });
  const entered = await client.post('/fn/register', {
    form: { username, password: PASSWORD },
    headers: { accept: 'text/html' },
  });
  expect(entered.ok(), await entered.text()).toBe(true);
  const asker = { request: client };
  const ids: string[] = [];
  for (const ad of ads) ids.push(await startAd(asker, ad));
  for (const id of ids) await reaches(asker, id);
  const [id = ''] = ids;
  let share = '';
  if (id) {
    const shared = await client.post(`/api/generations/${id}/share`, { data: {} });
    expect(shared.ok(), await shared.text()).toBe(true);
    share = new URL((await shared.json()).url, address).pathname;
  }
  const maker = { state: await client.storageState(), id, share };
  await client.dispose();
  return maker;
}

/** Tests that share one person and one finished ad. */
export const test = base.extend<object, { maker: Maker }>({
  maker: [
    async ({}, use) => use(await makerOf([{}])),
    { scope: 'worker', timeout: 180_000 },
  ],
});

/** Where `maker` finds the page. */
export const addressOf = ({ path }: AppPage, { id, share }: Maker) => path.replace('{id}', id).replace('{share}', share);

/** Signs the browser in or out as the page wants it, opens the page and waits until it works. */
export async function visit(page: Page, shown: AppPage, maker: Maker) {
  const { path, forVisitors, isBare, status } = shown;
  const context = page.context();
  await context.clearCookies();
  if (!forVisitors) await context.addCookies(maker.state.cookies);
  const answer = await page.goto(addressOf(shown, maker));
  expect(answer?.status(), path).toBe(status ?? 200);
  if (!isBare) await hydrated(page);
}
