import {
  type Callable,
  type Local,
  leb,
  type Statement,
  typeCode,
  type ValueType,
} from './wasm-assembler.ts';

interface FunctionShape {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | undefined;
}

/** Names the locals of one function while its body is written. */
export class FunctionBuilder {
  readonly #parameters: readonly ValueType[];
  readonly #locals: ValueType[] = [];

  constructor(parameters: readonly ValueType[]) {
    this.#parameters = parameters;
  }

  parameter<T extends ValueType>(type: T, index: number): Local<T> {
    return { type, index, code: [0x20, ...leb(index)] };
  }

  local<T extends ValueType>(type: T): Local<T> {
    const index = this.#parameters.length + this.#locals.length;
    this.#locals.push(type);
    return this.parameter(type, index);
  }

  get locals(): readonly ValueType[] {
    return this.#locals;
  }
}

/** Collects imports and functions and writes the module; its one memory is imported as `env.memory`. */
export class ModuleBuilder {
  readonly #imports: FunctionShape[] = [];
  readonly #functions: (FunctionShape & { readonly body: readonly number[] })[] = [];

  /** A JavaScript function `env.<name>` that gives nothing back; all imports come before the first function. */
  importFunction(name: string, parameters: readonly ValueType[]): Callable {
    this.#imports.push({ name, parameters, result: undefined });
    return { index: this.#imports.length - 1 };
  }

  /** An exported function; `write` gets a builder for its locals and returns its statements. */
  defineFunction(shape: FunctionShape, write: (locals: FunctionBuilder) => readonly Statement[]): Callable {
    const builder = new FunctionBuilder(shape.parameters);
    const statements = write(builder).flat();
    const locals = builder.locals.flatMap((type) => [1, typeCode[type]]);
    // A function with a result leaves by giveBack; the end of its body is never reached.
    const tail = shape.result === undefined ? [0x0b] : [0x00, 0x0b];
    const body = [...leb(builder.locals.length), ...locals, ...statements, ...tail];
    this.#functions.push({ ...shape, body: [...leb(body.length), ...body] });
    return { index: this.#imports.length + this.#functions.length - 1 };
  }

  toBytes(memoryPages: number): Uint8Array<ArrayBuffer> {
    const shapes: FunctionShape[] = [...this.#imports, ...this.#functions];
    const name = (text: string): number[] => [...leb(text.length), ...Buffer.from(text)];
    const section = (id: number, items: readonly (readonly number[])[]): number[] => {
      const content = [...leb(items.length), ...items.flat()];
      return [id, ...leb(content.length), ...content];
    };
    const types = shapes.map(({ parameters, result }) => [
      0x60,
      ...leb(parameters.length),
      ...parameters.map((type) => typeCode[type]),
      ...(result === undefined ? [0] : [1, typeCode[result]]),
    ]);
    const memory = [...name('env'), ...name('memory'), 2, 0, ...leb(memoryPages)];
    const imports = this.#imports.map((shape, index) => [
      ...name('env'),
      ...name(shape.name),
      0,
      ...leb(index),
    ]);
    const first = this.#imports.length;
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, types),
      ...section(2, [memory, ...imports]),
      ...section(
        3,
        this.#functions.map((_, index) => leb(first + index)),
      ),
      ...section(
        7,
        this.#functions.map((shape, index) => [...name(shape.name), 0, ...leb(first + index)]),
      ),
      ...section(
        10,
        this.#functions.map(({ body }) => body),
      ),
    ]);
  }
}
