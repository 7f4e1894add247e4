import { open } from 'node:fs/promises';

const bytesPerLine = 400;

/** The last lines of a log file; all of it when no number is given, '' when there is none yet. */
export async function readTail(file: string, lines?: number): Promise<string> {
  const log = await open(file).catch(() => undefined);
  if (!log) return '';
  try {
    const { size } = await log.stat();
    let length = lines === undefined ? size : Math.min(size, lines * bytesPerLine);
    for (;;) {
      const { buffer, bytesRead } = await log.read(Buffer.alloc(length), 0, length, size - length);
      const text = buffer.toString('utf8', 0, bytesRead);
      const found = text.split('\n');
      if (lines === undefined) return text;
      // A first line may be cut, and the last ends with a line break.
      if (found.length > lines + 1 || length === size) return found.slice(-lines - 1).join('\n');
      length = Math.min(size, length * 4);
    }
  } finally {
    await log.close();
  }
}
