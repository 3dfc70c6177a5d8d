/**
 * Hides values of an error that are only for the program. Loggers and printers do not show them, and the JSON of the
 * error, which an `HttpApi` or an `Rpc` sends, does not contain them.
 *
 * The visible part of a turn result is defined in `shownResult.ts`. `Schema.Redacted` alone hides a value from
 * printers, but writes it to JSON unmasked.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaIssue from "effect/SchemaIssue"

/** Replaces a hidden text in JSON. */
export const placeholder = "<redacted>"

/** Text of the server or the model: `Redacted`, and the placeholder in JSON. */
export const text: Schema.Redacted<Schema.String> = Schema.Redacted(Schema.String).annotate({
  toCodecJson: () =>
    Schema.link<Redacted.Redacted<string>>()(Schema.String, {
      decode: SchemaGetter.transform(() => Redacted.make(placeholder)),
      encode: SchemaGetter.transform(() => placeholder)
    })
})

/** A value of the server as received: `Redacted`, and the placeholder in JSON. */
export const payload: Schema.Redacted<Schema.Unknown> = Schema.Redacted(Schema.Unknown).annotate({
  toCodecJson: () =>
    Schema.link<Redacted.Redacted<unknown>>()(Schema.String, {
      decode: SchemaGetter.transform((): Redacted.Redacted<unknown> => Redacted.make(placeholder)),
      encode: SchemaGetter.transform(() => placeholder)
    })
})

/**
 * Lines of a process. Printers show them, because known secrets are masked in them.
 *
 * JSON contains the lines that `chosen` returns. It receives the array with which the error was constructed.
 */
export const lines = (
  chosen: (lines: ReadonlyArray<string>) => ReadonlyArray<string>
): Schema.declare<ReadonlyArray<string>> =>
  Schema.declare(
    (value): value is ReadonlyArray<string> => Array.isArray(value) && value.every((line) => typeof line === "string"),
    {
      expected: "lines of text",
      toCodecJson: () =>
        Schema.link<ReadonlyArray<string>>()(Schema.Array(Schema.String), {
          decode: SchemaGetter.passthrough(),
          encode: SchemaGetter.transform(chosen)
        })
    }
  )

/**
 * A field that programs read as usual and printers see as `Redacted`.
 *
 * `shown` is the part that is written to JSON. The class of the error must list the field in `conceal`.
 */
export const field = <A extends object, Shown>(options: {
  readonly label: string
  readonly is: (value: object) => value is A
  readonly shown: Schema.Codec<Shown>
  readonly show: (value: A) => Shown
  readonly read: (shown: Shown) => A
}): Schema.declare<A> => {
  // Type boundary: the field holds `Redacted<A>`, and the accessor that `conceal` adds returns an A.
  const close = (value: A): A => Redacted.make(value, { label: options.label }) as unknown as A
  const opened = (value: A): A => {
    const inner = open(value)
    return Predicate.isObjectOrArray(inner) && options.is(inner) ? inner : value
  }
  return Schema.declareConstructor<A>()(
    [],
    () => (input, ast, parseOptions) => {
      const value = open(input)
      return Predicate.isObjectOrArray(value) && options.is(value)
        ? Effect.succeed(close(value))
        : Effect.fail(new SchemaIssue.InvalidType(ast, input, parseOptions))
    },
    {
      expected: options.label,
      toFormatter: () => () => `<redacted:${options.label}>`,
      toCodecJson: () =>
        Schema.link<A>()(options.shown, {
          decode: SchemaGetter.transform((shown: Shown) => close(options.read(shown))),
          encode: SchemaGetter.transform((value: A) => options.show(opened(value)))
        })
    }
  )
}

/**
 * Turns fields of an error's base class into accessors of its prototype, and returns the class. A call in the heritage
 * of the error's class, rather than a static block, lets bundlers leave out an error that is not used.
 *
 * Printers that read an error's own properties do not find them there, and the constructor arguments that Effect
 * keeps are `Redacted`.
 */
export const conceal = <Base extends { readonly prototype: object }>(
  errorClass: Base,
  ...keys: ReadonlyArray<string>
): Base => {
  for (const key of keys) {
    const values = new WeakMap<object, unknown>()
    Object.defineProperty(errorClass.prototype, key, {
      configurable: true,
      get(this: object): unknown {
        return open(values.get(this))
      },
      // The constructor of every Schema class assigns its fields.
      set(this: object, value: unknown) {
        values.set(this, value)
      }
    })
  }
  return errorClass
}

// internal

const open = (value: unknown): unknown => (Redacted.isRedacted(value) ? Redacted.value(value) : value)
