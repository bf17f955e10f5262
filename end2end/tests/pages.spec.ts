// Every page at every width, in light and dark, from the keyboard alone, enlarged, in forced colours, and without
// motion. The list of pages is in every-page.ts.
import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { DIALOGS, HEIGHTS, PAGES as ALL, THEMES, WIDTHS, addressOf, test, visit } from './every-page';
import { atRest, expect, expectAccessible, hydrated, open, refusal } from './support';

const PAGES = ALL.filter(({ isBare }) => !isBare);

/** A page of 1440 enlarged to 200 %, and the narrowest that WCAG asks for: 1280 at 400 %. */
const ENLARGED = [720, 320];

test.use({ reducedMotion: 'reduce' } as object);

for (const entry of PAGES) {
  test(`${entry.name}: fits, can be read and is walked through from the keyboard`, async ({
    page,
    maker,
    expectedMessages,
  }) => {
    if (entry.status) expectedMessages.push(refusal(entry.status));
    await page.setViewportSize({ width: 1440, height: 900 });
    await visit(page, entry, maker);
    await expectToBeDescribed(page);
    await expectTabToReachEverything(page);
    await expectNothingToMove(page);

    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHTS[width] });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        const where = `${entry.name}, ${width} wide, ${colorScheme}`;
        await expectNoSidewaysScrolling(page, where);
        // Between themes only colours differ.
        if (colorScheme === THEMES[0]) await expectAccessible(page, where);
        else await expectContrast(page, where);
      }
    }
    for (const width of ENLARGED) {
      await page.setViewportSize({ width, height: 640 });
      await expectNoSidewaysScrolling(page, `${entry.name}, ${width} wide`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ forcedColors: 'active' });
    await expectControlsToHaveEdges(page);
  });
}

test('every page has a title of its own', async ({ page, maker, expectedMessages }) => {
  expectedMessages.push(refusal(404));
  const titles = new Map<string, string>();
  // The same page with another query may keep its title.
  for (const entry of PAGES.filter(({ path }) => !path.startsWith('/gallery?'))) {
    await page.context().clearCookies();
    if (!entry.forVisitors) await page.context().addCookies(maker.state.cookies);
    const answer = await page.request.get(addressOf(entry, maker));
    const title = /<title>([^<]*)<\/title>/.exec(await answer.text())?.[1] ?? '';
    expect(title, entry.name).not.toBe('');
    expect(titles.get(title), `${entry.name} has the title of another page: ${title}`).toBeUndefined();
    titles.set(title, entry.name);
  }
});

for (const dialog of DIALOGS) {
  test(`${dialog.name} keeps the focus, and gives it back`, async ({ page, maker }) => {
    const entry = PAGES.find(({ path }) => path === dialog.path);
    if (!entry) throw new Error(`no page ${dialog.path} is listed`);
    await visit(page, entry, maker);
    await dialog.before?.(page);
    const opener = dialog.opener(page);
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('dialog[open]')).toHaveCount(1);
    const isInside = () => page.evaluate(() => !!document.activeElement?.closest('dialog[open]'));
    expect(await isInside(), 'the focus goes into the dialog').toBe(true);
    for (const width of [WIDTHS[0], WIDTHS[2]]) {
      await page.setViewportSize({ width, height: HEIGHTS[width] });
      for (const colorScheme of THEMES) {
        await page.emulateMedia({ colorScheme });
        await expectAccessible(page, `${dialog.name}, ${width} wide, ${colorScheme}`);
      }
    }
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let press = 0; press < 12; press += 1) {
        await page.keyboard.press(key);
        const at = await page.evaluate(() => document.activeElement?.tagName);
        // Between the last control and the first one lies the browser's own.
        expect((await isInside()) || at === 'BODY' || at === 'DIALOG', `${key} leaves for ${at}`).toBe(true);
      }
    }
    await page.keyboard.press('Escape');
    await expect(page.locator('dialog[open]')).toHaveCount(0);
    await expect(opener, 'the focus goes back to what opened it').toBeFocused();
  });
}

test('the theme is the reader’s, and stays', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, '/');
  for (const theme of ['dark', 'light']) {
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    for (const isNew of [false, true]) {
      if (isNew) {
        await page.reload();
        await hydrated(page);
      }
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      // The browser's own bars have the page's colour, whatever the system has.
      await atRest(page);
      const [ground, ...bars] = await page.evaluate(() => {
        const probe = document.body.appendChild(document.createElement('i'));
        const colours = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')].map(({ content }) => {
          probe.style.color = content;
          return getComputedStyle(probe).color;
        });
        probe.remove();
        return [getComputedStyle(document.documentElement).backgroundColor, ...colours];
      });
      expect(bars, theme).toEqual([ground, ground]);
    }
  }
});

test('the policy allows only our own scripts', async ({ page }) => {
  const answer = await page.goto('/');
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src [^;]*'nonce-[^']+'/);
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
  await hydrated(page);
});

async function expectContrast(page: Page, where: string) {
  await atRest(page);
  const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast']).analyze();
  expect(violations.flatMap(({ nodes }) => nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`)), where).toEqual([]);
}

async function expectToBeDescribed(page: Page) {
  const described = await page.locator('meta[name="description"]').getAttribute('content');
  expect(described?.length ?? 0, 'a description').toBeGreaterThan(30);
  await expect(page.locator('h1'), 'one first heading').toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
}

async function expectNoSidewaysScrolling(page: Page, where: string) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const beyond = (element: Element) => element.getBoundingClientRect().right > room + 1;
    return [...document.body.querySelectorAll('*')].filter(beyond).map((element) => element.outerHTML.slice(0, 90));
  });
  expect(wide.slice(-3), `${where} scrolls sideways`).toEqual([]);
}

async function expectNothingToMove(page: Page) {
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter((one) => one.playState === 'running' && Number(one.effect?.getComputedTiming().duration) > 10)
      .map((one) => (one.effect as KeyframeEffect).target?.outerHTML.slice(0, 90)),
  );
  expect(moving, 'moves for who asked for stillness').toEqual([]);
}

/** Backgrounds go in forced colours: a control without an edge or words is a control that nobody finds. */
async function expectControlsToHaveEdges(page: Page) {
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input:not([type=hidden]), select, textarea, a.button')]
      .filter((control) => control.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((control) => control.getBoundingClientRect().width > 4)
      .filter((control) => {
        // A field may have its edge around all that belongs to it.
        const hasEdge = [control, control.parentElement!, control.parentElement!.parentElement!]
          .map((element) => getComputedStyle(element))
          .some((style) => ['Top', 'Bottom', 'Left'].some((side) => parseFloat(style[`border${side}Width` as 'borderTopWidth']) > 0));
        const isDrawn = ['range', 'checkbox', 'radio', 'file', 'color'].includes((control as HTMLInputElement).type);
        return !hasEdge && !isDrawn && !control.textContent?.trim() && !control.querySelector('svg, img');
      })
      .map((control) => control.outerHTML.slice(0, 90)),
  );
  expect(bare, 'has neither edge nor words in forced colours').toEqual([]);
}

/** Tab goes through the controls in the order in which they stand, and one sees where one is. */
async function expectTabToReachEverything(page: Page) {
  const stops = await page.evaluate(() => {
    const candidates = document.querySelectorAll<HTMLElement>(
      'a[href], button, input:not([type=hidden]), select, textarea, summary, video[controls], audio[controls], [tabindex]',
    );
    const groups = new Set<string>();
    const isStop = (element: HTMLElement) => {
      if (element.tabIndex < 0 || (element as HTMLButtonElement).disabled || element.closest('[inert]')) return false;
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      const radio = element as HTMLInputElement;
      if (radio.type !== 'radio') return true;
      // Of a group there is one stop: the chosen one, or the first.
      const group = [...document.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${radio.name}"]`)];
      const chosen = group.find((one) => one.checked) ?? group[0];
      return radio === chosen && !groups.has(radio.name) && !!groups.add(radio.name);
    };
    const found = [...candidates].filter(isStop);
    found.forEach((element, index) => element.setAttribute('data-stop', String(index)));
    return found.map((element) => element.outerHTML.slice(0, 90));
  });
  expect(stops[0], 'the first stop leads to the content').toContain('skip-link');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

  const reached: number[] = [];
  for (let presses = 0; presses < stops.length * 2 + 40 && reached.length < stops.length; presses += 1) {
    await page.keyboard.press('Tab');
    await atRest(page);
    const at = await page.evaluate(async () => {
      const here = document.activeElement as HTMLElement;
      // What comes into view for the focus has a moment for it.
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const stop = here.getAttribute('data-stop');
      const shows = (element: Element | null | undefined) => {
        if (!element) return false;
        const style = getComputedStyle(element);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1) || style.boxShadow !== 'none';
      };
      const around = [here, here.nextElementSibling, here.parentElement, here.parentElement?.parentElement];
      const label = here.id ? document.querySelector(`label[for="${here.id}"]`) : null;
      const box = here.getBoundingClientRect();
      const isOnScreen = box.bottom > 0 && box.top < innerHeight;
      return {
        stop: stop === null ? -1 : Number(stop),
        isSeen: [...around, label, here.closest('label')].some(shows) && isOnScreen,
        what: here.outerHTML.slice(0, 90),
      };
    });
    // What scrolls is a stop of the browser's own, and so is each control of its player.
    if (at.stop < 0 || at.stop === reached.at(-1)) continue;
    expect(at.isSeen, `one does not see that the focus is at ${at.what}`).toBe(true);
    reached.push(at.stop);
  }
  expect(reached.map((stop) => stops[stop])).toEqual(stops);

  await page.evaluate(() => document.querySelector<HTMLElement>('.skip-link')?.focus());
  await page.keyboard.press('Enter');
  await expect(page.locator('#main'), 'where the skip link leads').toBeFocused();
}
