/**
 * Values that an error holds for the program alone: loggers and printers don't show them, and the error's JSON, which
 * an `HttpApi` or an `Rpc` sends, doesn't have them. What is shown of a turn's result is in `shownResult.ts`.
 *
 * `Schema.Redacted` alone hides a value from printers, and writes it to JSON in clear.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaIssue from "effect/SchemaIssue"

/** What stands in JSON for a text that doesn't leave the program. */
export const placeholder = "<redacted>"

/** Text of the server or the model: `Redacted`, and in JSON the placeholder. */
export const text: Schema.Redacted<Schema.String> = Schema.Redacted(Schema.String).annotate({
  toCodecJson: () =>
    Schema.link<Redacted.Redacted<string>>()(Schema.String, {
      decode: SchemaGetter.transform(() => Redacted.make(placeholder)),
      encode: SchemaGetter.transform(() => placeholder)
    })
})

/** A value of the server as it came: `Redacted`, and in JSON the placeholder. */
export const payload: Schema.Redacted<Schema.Unknown> = Schema.Redacted(Schema.Unknown).annotate({
  toCodecJson: () =>
    Schema.link<Redacted.Redacted<unknown>>()(Schema.String, {
      decode: SchemaGetter.transform((): Redacted.Redacted<unknown> => Redacted.make(placeholder)),
      encode: SchemaGetter.transform(() => placeholder)
    })
})

/**
 * Lines of a process: printers show them, since known secrets are masked in them. JSON has those that `chosen` gives.
 * It gets the array that the error was made with.
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
 * A field that programs read as it is and that printers see as `Redacted`; `shown` is what of it is written to JSON.
 * The class of the error has to name the field in `conceal`.
 */
export const field = <A extends object, Shown>(options: {
  readonly label: string
  readonly is: (value: object) => value is A
  readonly shown: Schema.Codec<Shown>
  readonly show: (value: A) => Shown
  readonly read: (shown: Shown) => A
}): Schema.declare<A> => {
  // Type boundary: the field holds `Redacted<A>`, and the accessor that `conceal` adds makes an A of it.
  const close = (value: A): A => Redacted.make(value, { label: options.label }) as unknown as A
  const opened = (value: A): A => {
    const inner = open(value)
    return isObject(inner) && options.is(inner) ? inner : value
  }
  return Schema.declareConstructor<A>()(
    [],
    () => (input, ast, parseOptions) => {
      const value = open(input)
      return isObject(value) && options.is(value)
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
 * Makes fields of an error class accessors of its prototype. No printer looks there: those that read an error's own
 * properties find nothing, and what Effect keeps of the constructor's arguments is `Redacted`.
 */
export const conceal = (errorClass: { readonly prototype: object }, ...keys: ReadonlyArray<string>): void => {
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
}

// internal

const open = (value: unknown): unknown => (Redacted.isRedacted(value) ? Redacted.value(value) : value)

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null
