// A server beside the run's own one, with other settings and a data folder that is thrown away.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { test as base } from './support';

const FREE_PORT =
  "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(String(s.address().port)); s.close(); });";

/** Clips are bought of a vendor whom nobody reaches. */
export const OUT_OF_REACH = {
  ADMINT_VIDEO_MODEL: 'kling-2.6',
  ADMINT_REPLICATE_API_TOKEN: 'x',
  ADMINT_REPLICATE_BASE_URL: 'http://127.0.0.1:9',
};

/** Tests against a server with these settings; it serves a file's tests one after the other. */
export function serverOfItsOwn(settings: Record<string, string>) {
  return base.extend<object, { address: string }>({
    address: [
      async ({}, use) => {
        const port = execFileSync(process.execPath, ['-e', FREE_PORT]).toString().trim();
        const data = mkdtempSync(join(tmpdir(), 'admint-e2e-own-'));
        const address = `http://127.0.0.1:${port}`;
        const server: ChildProcess = spawn(process.env.ADMINT_BIN ?? '../target/debug/admint', ['serve'], {
          env: { ...process.env, ADMINT_LISTEN: `127.0.0.1:${port}`, ADMINT_DATA_DIR: data, ...settings },
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
    baseURL: async ({ address }, use) => use(address),
  });
}
