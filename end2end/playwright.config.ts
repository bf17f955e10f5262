// One server for the run, on a free port, with a data folder that is thrown away.
//
// `cargo xtask e2e` builds the server and sets ADMINT_BIN and CHROMIUM; Playwright downloads nothing.
// Set ADMINT_URL to test a server that runs already.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, devices } from '@playwright/test';

const FREE_PORT =
  "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); });";

// Workers read this file again; what the first reading chose reaches them through the environment.
process.env.ADMINT_E2E_PORT ??= execFileSync(process.execPath, ['-e', FREE_PORT]).toString().trim();
process.env.ADMINT_E2E_DATA ??= mkdtempSync(join(tmpdir(), 'admint-e2e-'));

const ownServer = process.env.ADMINT_URL === undefined;
const address = process.env.ADMINT_URL ?? `http://127.0.0.1:${process.env.ADMINT_E2E_PORT}`;
const admint = process.env.ADMINT_BIN ?? '../target/debug/admint';
const chromium =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

export default defineConfig({
  // `cargo xtask shots` takes pictures instead.
  testDir: process.env.ADMINT_SHOTS ? './shots' : './tests',
  outputDir: './test-results',
  globalTeardown: './teardown.ts',
  // An ad takes most of a small machine's processors while it is made.
  workers: 1,
  timeout: 180_000,
  // What is waited for may come late on a machine that is busy; what does not come at all takes this long to fail.
  expect: { timeout: 30_000 },
  forbidOnly: !!process.env.CI,
  retries: 0,
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    baseURL: address,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    acceptDownloads: true,
  },
  projects: [
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        launchOptions: {
          executablePath: chromium,
          args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--autoplay-policy=no-user-gesture-required',
          ],
        },
      },
    },
  ],
  webServer: ownServer
    ? {
        command: `"${admint}" serve`,
        url: `${address}/api/health`,
        env: {
          // One ad at a time, whatever machine it is: what waits, waits.
          ADMINT_WORKERS: '1',
          ADMINT_LISTEN: `127.0.0.1:${process.env.ADMINT_E2E_PORT}`,
          ADMINT_DATA_DIR: process.env.ADMINT_E2E_DATA,
        },
        stdout: 'pipe',
        stderr: 'pipe',
        timeout: 60_000,
        gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
      }
    : undefined,
});
