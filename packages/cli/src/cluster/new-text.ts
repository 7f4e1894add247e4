/**
 * What a log has gained between two looks at its last lines: `now` without the beginning that was the end of `before`.
 * Where they share nothing, the whole of it.
 */
export function newText(before: string, now: string): string {
  for (let start = 0; start < before.length; start = nextLine(before, start)) {
    const shared = before.slice(start);
    if (now.startsWith(shared)) return now.slice(shared.length);
  }
  return now;
}

function nextLine(text: string, position: number): number {
  const end = text.indexOf('\n', position);
  return end === -1 ? text.length : end + 1;
}
