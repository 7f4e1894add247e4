const headerBytes = 8;

/**
 * The text of a container's log as the engine's API sends it: frames of both output streams, each behind a header
 * of a stream number, three zeros and the length in four bytes, most significant first.
 */
export function readContainerLog(frames: Buffer): string {
  const payloads: Buffer[] = [];
  let at = 0;
  while (at + headerBytes <= frames.length) {
    const start = at + headerBytes;
    at = start + frames.readUInt32BE(at + 4);
    payloads.push(frames.subarray(start, at));
  }
  // Joined first: a frame may end inside a character.
  return Buffer.concat(payloads).toString('utf8');
}

/** The last lines of a text that may end with a line break. */
export function lastLines(text: string, count: number): string {
  const lines = text.split('\n');
  const ends = lines.at(-1) === '' ? 1 : 0;
  return lines.slice(-count - ends).join('\n');
}
