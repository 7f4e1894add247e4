/** How the array's elements hash. */
type ElementHash = (text: string) => number | undefined;

/** An array in its output form, `{1,NULL,"a b"}`: the elements' hashes folded; dimensions do not count. */
export function hashArray(text: string, hashElement: ElementHash): number | undefined {
  // Bounds other than 1 come first: [0:2]={1,2,3}.
  const body = text.replace(/^(\[[+-]?\d+:[+-]?\d+\])+=/, '');
  if (!/^\{[\s\S]*\}$/.test(body)) return undefined;
  let hash = 1;
  for (const element of arrayElements(body)) {
    const elementHash = element === undefined ? 0 : hashElement(element);
    if (elementHash === undefined) return undefined;
    hash = (Math.imul(hash, 31) + elementHash) | 0;
  }
  return hash;
}

/** The innermost elements in order; `undefined` stands for NULL. */
function arrayElements(body: string): readonly (string | undefined)[] {
  return [...body.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|((?:[^{},"\\]|\\[\s\S])+)/g)].map(([, quoted, bare]) => {
    if (quoted !== undefined) return quoted.replace(/\\([\s\S])/g, '$1');
    return bare === undefined || bare.toUpperCase() === 'NULL'
      ? undefined
      : bare.replace(/\\([\s\S])/g, '$1');
  });
}
