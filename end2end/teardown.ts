// Removes the data folder that the configuration made.
import { rmSync } from 'node:fs';

export default function teardown() {
  const folder = process.env.ADMINT_E2E_DATA;
  if (folder) {
    rmSync(folder, { recursive: true, force: true });
  }
}
