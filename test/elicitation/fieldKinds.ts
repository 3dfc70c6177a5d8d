/**
 * Each kind of field that a form can have, as a table for the tests of forms.
 */
import { Option } from "effect"
import type * as Elicitation from "../../src/Elicitation.ts"

const choices = [
  { const: "s", title: "Small" },
  { const: "l", title: "Large" }
]

const common = { title: "Title", description: "What it is" }

const shown = { title: "Title", description: Option.some("What it is"), required: false }

const plain = { title: "x", description: Option.none(), required: false }

const none = Option.none()

/** Each kind: its schema, the field for a user interface, valid values, and invalid ones. */
export const kinds: ReadonlyArray<{
  readonly name: string
  readonly wire: object
  readonly field: object
  readonly expected: string
  readonly fit: ReadonlyArray<Elicitation.Value>
  readonly unfit: ReadonlyArray<unknown>
}> = [
  {
    name: "a text with all that it can have",
    wire: { type: "string", ...common, minLength: 2, maxLength: 3, default: "abc" },
    field: {
      ...shown,
      type: "text",
      format: none,
      minLength: Option.some(2),
      maxLength: Option.some(3),
      default: Option.some("abc")
    },
    expected: "a string of at least 2 and at most 3 characters",
    // Characters are code points: these are two, in four UTF-16 units.
    fit: ["ab", "abc", "😀😀"],
    unfit: ["a", "abcd", "😀", 12, null, true, ["ab"], {}]
  },
  {
    name: "a text with nothing",
    wire: { type: "string" },
    field: { ...plain, type: "text", format: none, minLength: none, maxLength: none, default: none },
    expected: "a string",
    fit: ["", "x".repeat(100_000)],
    unfit: [0, [], null]
  },
  {
    name: "an email address",
    wire: { type: "string", format: "email" },
    field: { ...plain, type: "text", format: Option.some("email"), minLength: none, maxLength: none, default: none },
    expected: "a string that is an email address",
    fit: ["a@b", "a.b+c@d.example"],
    unfit: ["", "a", "@b", "a@", "a b@c", "a@b@c"]
  },
  {
    name: "a URI",
    wire: { type: "string", format: "uri" },
    field: { ...plain, type: "text", format: Option.some("uri"), minLength: none, maxLength: none, default: none },
    expected: "a string that is an absolute URI",
    fit: ["https://a.example/b?c", "urn:isbn:0"],
    unfit: ["", "a", "/a", " https://a.example", "https://a.example/ b"]
  },
  {
    name: "a date",
    wire: { type: "string", format: "date" },
    field: { ...plain, type: "text", format: Option.some("date"), minLength: none, maxLength: none, default: none },
    expected: "a string that is a date such as 2026-01-31",
    fit: ["2026-01-31", "2024-02-29", "0001-01-01"],
    unfit: ["2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "2026-01-31T00:00:00Z"]
  },
  {
    name: "a time",
    wire: { type: "string", format: "date-time" },
    field: {
      ...plain,
      type: "text",
      format: Option.some("date-time"),
      minLength: none,
      maxLength: none,
      default: none
    },
    expected: "a string that is a time such as 2026-01-31T12:00:00Z",
    fit: ["2026-01-31T12:00:00Z", "2026-01-31t23:59:60.5+01:30"],
    unfit: ["2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31 12:00:00Z"]
  },
  {
    name: "a string in an unknown format",
    wire: { type: "string", format: "iban" },
    field: { ...plain, type: "text", format: Option.some("iban"), minLength: none, maxLength: none, default: none },
    expected: "a string",
    fit: ["anything"],
    unfit: [1]
  },
  {
    name: "a number",
    wire: { type: "number", ...common, minimum: -0.5, maximum: 2.5, default: 1.5 },
    field: {
      ...shown,
      type: "number",
      minimum: Option.some(-0.5),
      maximum: Option.some(2.5),
      default: Option.some(1.5)
    },
    expected: "a number, at least -0.5 and at most 2.5",
    fit: [-0.5, 0, 2.5],
    unfit: [-0.6, 2.6, Number.NaN, Number.POSITIVE_INFINITY, "1", true, null]
  },
  {
    name: "a whole number",
    wire: { type: "integer", minimum: 1 },
    field: { ...plain, type: "integer", minimum: Option.some(1), maximum: none, default: none },
    expected: "an integer, at least 1",
    fit: [1, 1e15],
    unfit: [0, 1.5, "1", Number.POSITIVE_INFINITY]
  },
  {
    name: "yes or no",
    wire: { type: "boolean", ...common, default: false },
    field: { ...shown, type: "boolean", default: Option.some(false) },
    expected: "true or false",
    fit: [true, false],
    unfit: ["true", 1, 0, null]
  },
  {
    name: "one of several",
    wire: { type: "string", enum: ["s", "l"], default: "l" },
    field: {
      ...plain,
      type: "singleSelect",
      choices: [
        { value: "s", title: "s" },
        { value: "l", title: "l" }
      ],
      default: Option.some("l")
    },
    expected: "one of its 2 choices",
    fit: ["s", "l"],
    unfit: ["m", "", "S", ["s"], 0]
  },
  {
    name: "one of several with titles",
    wire: { type: "string", ...common, oneOf: choices },
    field: {
      ...shown,
      type: "singleSelect",
      choices: [
        { value: "s", title: "Small" },
        { value: "l", title: "Large" }
      ],
      default: none
    },
    expected: "one of its 2 choices",
    fit: ["s"],
    unfit: ["Small"]
  },
  {
    name: "one of several with titles in the older way, some of which are missing",
    wire: { type: "string", enum: ["s", "l"], enumNames: ["Small"] },
    field: {
      ...plain,
      type: "singleSelect",
      choices: [
        { value: "s", title: "Small" },
        { value: "l", title: "l" }
      ],
      default: none
    },
    expected: "one of its 2 choices",
    fit: ["l"],
    unfit: ["Small"]
  },
  {
    name: "any of several",
    wire: { type: "array", items: { type: "string", enum: ["s", "l"] }, minItems: 1, maxItems: 2, default: ["s"] },
    field: {
      ...plain,
      type: "multiSelect",
      choices: [
        { value: "s", title: "s" },
        { value: "l", title: "l" }
      ],
      minItems: Option.some(1),
      maxItems: Option.some(2),
      default: Option.some(["s"])
    },
    expected: "any of its 2 choices, each once and at least 1 and at most 2 of them",
    fit: [["s"], ["l", "s"]],
    unfit: [[], ["m"], ["s", "s"], ["s", "l", "s"], "s", [1], null]
  },
  {
    name: "any of several with titles",
    wire: { type: "array", ...common, items: { anyOf: choices } },
    field: {
      ...shown,
      type: "multiSelect",
      choices: [
        { value: "s", title: "Small" },
        { value: "l", title: "Large" }
      ],
      minItems: none,
      maxItems: none,
      default: none
    },
    expected: "any of its 2 choices, each once",
    fit: [[], ["s", "l"]],
    unfit: [["Small"]]
  }
]
