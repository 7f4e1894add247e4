import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// Preloaded into a measured Node program: at its exit, writes CPU seconds and peak resident bytes to descriptor 3.
if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    writeSync(3, `${(userCPUTime + systemCPUTime) / 1e6} ${peakResidentBytes()}\n`);
  });
}

/** Linux hands a parent's `maxRSS` on to its children, so that a small program of a large parent looks large. */
function peakResidentBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No /proc: not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
