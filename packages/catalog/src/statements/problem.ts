import type { CatalogProblem } from '../model/catalog.ts';

/**
 * Ends the application of one statement; the builder turns it into a {@link CatalogProblem}.
 * It never leaves the builder.
 */
export class StatementRefused extends Error {
  readonly kind: CatalogProblem['kind'];
  /** Parts of the statement before the refused one were applied. */
  isHalfDone = false;

  constructor(kind: CatalogProblem['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Applies the parts of a statement in order; a refusal tells whether parts before it are done. */
export function applyParts<Part>(parts: readonly Part[], apply: (part: Part) => void): void {
  for (const [index, part] of parts.entries()) {
    try {
      apply(part);
    } catch (error) {
      if (error instanceof StatementRefused && index > 0) error.isHalfDone = true;
      throw error;
    }
  }
}

/** Refuses the statement because it names an object that is not there. */
export function unknownObject(message: string): never {
  throw new StatementRefused('unknown-object', message);
}

/** Refuses the statement because it makes an object that is there. */
export function duplicateObject(message: string): never {
  throw new StatementRefused('duplicate-object', message);
}

/** Refuses the statement for another of the server's reasons: dependents, a missing key, a wrong kind. */
export function refused(message: string): never {
  throw new StatementRefused('refused', message);
}
