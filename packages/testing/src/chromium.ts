import { access, constants } from 'node:fs/promises';
import path from 'node:path';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPrograms = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Path of CHROMIUM_PATH's browser, else of the first Chromium or Chrome on PATH; `undefined` when none. */
export async function findChromium(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const onPath = (env.PATH ?? '').split(path.delimiter).filter((directory) => directory !== '');
  const candidates = env.CHROMIUM_PATH
    ? [env.CHROMIUM_PATH]
    : [...programs.flatMap((program) => onPath.map((place) => path.join(place, program))), ...macPrograms];
  for (const candidate of candidates) {
    const runnable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return candidate;
  }
  return undefined;
}
