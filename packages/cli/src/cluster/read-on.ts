/** Enough between two looks, as a rule; where it is not, {@link readOn} reads more. */
export const linesOfALook = 100;

/**
 * What a log has gained between two looks at its last lines: `now` without the beginning that was the end of `before`.
 * `undefined` where they share nothing: more was written in between than `now` holds, or the log began anew.
 */
export function newText(before: string, now: string): string | undefined {
  for (let start = 0; start < before.length; start = nextLine(before, start)) {
    const shared = before.slice(start);
    if (now.startsWith(shared)) return now.slice(shared.length);
  }
  return undefined;
}

function nextLine(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end + 1;
}

/** What a log has gained with every line in between, and its end for the next look. */
export async function readOn(
  readTail: (lines: number) => Promise<string>,
  before: string,
): Promise<{ readonly gained: string; readonly end: string }> {
  for (let lines = linesOfALook; ; lines *= 10) {
    const end = await readTail(lines);
    const gained = newText(before, end);
    if (gained !== undefined) return { gained, end };
    // There is no more to be had: the log began anew.
    if (end.split('\n').length <= lines) return { gained: end, end };
  }
}
