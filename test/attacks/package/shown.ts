/**
 * Text that others wrote, shown to a person: in descriptions of requests, in error messages, and by the chat of the
 * examples. How it gets into a log is `server/floods.ts`.
 */
import { assert } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import { PassThrough } from "node:stream"
import * as Screen from "../../../examples/support/screen.ts"
import * as Approval from "../../../src/Approval.ts"
import { withoutControls } from "../../../src/internal/process/controls.ts"
import * as Printable from "../../../src/Printable.ts"
import * as Asked from "../support/asked.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { assertAbsent, check, group, textOf, word } from "../support/attack.ts"

const quiet = Effect.provide(Logger.layer([]))

/** Characters by what they do. */
const kinds = {
  escapes: [
    "\u001b[2J",
    "\u001b]0;t\u0007",
    "\u001b]52;c;AAAA\u0007",
    "\u001bP1;2|x\u001b\\",
    "\u001b_x\u001b\\",
    "\u001b^x\u001b\\",
    "\u001bX",
    "\u001bc",
    "\u001b[?1049h",
    "\u009b31m",
    "\u009dx\u009c",
    "\u0090x\u009c"
  ],
  controls: ["\0", "\u0007", "\b", "\v", "\f", "\r", "\u007f", "\u0084", "\u0085", "\u008d"],
  direction: [
    "\u061c",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
    "\u2069"
  ],
  invisible: [
    "\u00ad",
    "\u034f",
    "\u115f",
    "\u17b4",
    "\u180e",
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\u2064",
    "\u2800",
    "\u3164",
    "\ufe0f",
    "\ufeff",
    "\uffa0",
    "\u{e0001}",
    "\u{e0041}",
    "\u{e0101}",
    "\u{1d173}",
    "\u{e0fff}"
  ],
  breaks: ["\n", "\r\n", "\u2028", "\u2029", "\u0085", "\v", "\f"],
  halves: ["\ud83d", "\ude00", "\udbff", "\udc00"]
} as const

type Kind = keyof typeof kinds

const sample = (seeded: Seeded, kind: Kind): string =>
  Array.from({ length: 4 }, () => `${word(seeded)}${seeded.pick<string>(kinds[kind])}`).join("") + word(seeded)

// What may be left in a line: what is seen, and blanks.
const shown = /^[\p{L}\p{N}\p{P}\p{S}\p{M}\p{Zs}]*$/u

/** Every text of a request for approval. */
const described = Effect.fnUntraced(function* (text: string) {
  const lines: Array<string> = []
  const policy = Approval.ask((question) =>
    Effect.sync(() => {
      lines.push(...Approval.describe(question, { diffLines: Number.POSITIVE_INFINITY }))
      return Approval.decline
    })
  )
  yield* Asked.decisions(policy, [
    Asked.command({
      command: `x ${text}`,
      cwd: `/${text}`,
      reason: text,
      environmentId: text,
      networkApprovalContext: { host: text, protocol: "https" },
      availableDecisions: [
        "accept",
        { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["x", text] } },
        { applyNetworkPolicyAmendment: { network_policy_amendment: { action: "allow", host: text } } }
      ]
    }),
    Asked.files(
      "item",
      [{ path: `/${text}`, kind: { type: "update", move_path: `/to-${text}` }, diff: `+${text}\n-${text}` }],
      {
        reason: text,
        grantRoot: `/${text}`
      }
    )
  ])
  return lines
})

const describing = (kind: Kind, title: string) => ({
  name: `shown-request-${kind}`,
  title: `The command, folder, reason, host, rule, path and diff of a request have ${title}`,
  expected: "each is named in its place, and no part of the text is lost",
  run: (seeded: Seeded) =>
    Effect.gen(function* () {
      const text = sample(seeded, kind)
      const lines = yield* described(text)
      assert.isAbove(lines.length, 8)
      for (const line of lines) assert.match(line, shown)
      const whole = lines.join("\n")
      for (const part of text.match(/zq[a-z0-9]{12}/g) ?? []) assert.include(whole, part)
    }).pipe(quiet)
})

const printing = (kind: Kind, title: string) => ({
  name: `shown-text-${kind}`,
  title: `What a model says has ${title}`,
  expected: "`Printable` names it, once, and changes nothing that is harmless",
  run: check((seeded) => {
    const text = sample(seeded, kind)
    const line = Printable.line(text)
    assert.match(line, shown)
    assert.strictEqual(Printable.line(line), line)
    for (const part of Printable.text(text).split(/[\n\t]/)) assert.match(part, shown)
    const harmless = `äß 日本語 ${word(seeded)} — “x” 1.5 €`
    assert.strictEqual(Printable.line(harmless), harmless)
    assert.strictEqual(Printable.text(`${harmless}\n\t👩‍👩‍👧 ❤️`), `${harmless}\n\t👩‍👩‍👧 ❤️`)
  })
})

const titles: { readonly [K in Kind]: string } = {
  escapes: "escape sequences",
  controls: "control characters",
  direction: "characters that turn the direction of writing",
  invisible: "characters that show nothing",
  breaks: "line breaks, so that further lines look like the program's own",
  halves: "halves of characters"
}

// Type boundary: the keys of a constant.
const all = Object.keys(kinds) as ReadonlyArray<Kind>

export const scenarios = group("package", [
  ...all.map((kind) => describing(kind, titles[kind])),
  ...all.map((kind) => printing(kind, titles[kind])),
  {
    name: "shown-emoji-joiners",
    title: "Joiners and selectors stand where no emoji is, or in a run that seems to be one",
    expected: "in a line each is named; in a text only those within an emoji stay",
    run: check((seeded) => {
      const hidden = textOf(seeded, ["\u200d", "\ufe0f", "\u{1f3fb}", "\u20e3"], seeded.int(1, 8))
      for (const text of [`a${hidden}b`, `${hidden}`, `👩\u200d${hidden}`, `1\ufe0f${hidden}`, `👩\u200d\u202e`]) {
        assert.match(Printable.line(text), shown)
        const left = Printable.text(text).replaceAll(
          /\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)*|[#*0-9]\uFE0F\u20E3/gu,
          ""
        )
        assert.match(left, shown)
      }
    })
  },
  {
    name: "shown-stderr",
    title: "The server writes control characters, escape sequences and turned text to stderr",
    expected: "a line of it does nothing on a terminal, and its words stay",
    run: check((seeded) => {
      for (const kind of ["escapes", "controls", "direction", "breaks"] as const) {
        const [before, after] = [word(seeded), word(seeded)]
        const line = withoutControls(`${before} ${textOf(seeded, kinds[kind], 4)} ${after}`)
        assertAbsent(
          [line],
          ["\u001b", "\u009b", "\u009d", "\u0090", "\u202e", "\u2066", "\n", "\r", "\0", "\u0007", "\b", "\u2028"]
        )
        assert.include(line, before)
        // A string sequence that has no end takes what follows to its end: it would on a terminal, too.
        if (kind !== "escapes") assert.include(line, after)
      }
    })
  },
  {
    name: "shown-by-chat",
    title: "The chat of the examples writes what a model or an MCP server says, as text and as lines",
    expected: "nothing acts on the terminal, and no line looks like the chat's own",
    run: (seeded) =>
      Effect.gen(function* () {
        const out = new PassThrough()
        const screen = Screen.make(out)
        for (const kind of all) {
          yield* screen.write(sample(seeded, kind))
          yield* screen.line(sample(seeded, kind))
        }
        out.end()
        const written = String(out.read())
        for (const line of written.split("\n")) assert.match(line.replaceAll(/[\t]|\u200d|\ufe0f/g, ""), shown)
      })
  },
  {
    name: "shown-nothing-told",
    title: "A request for changes doesn't say which, or its diff is longer than what is shown",
    expected: "that is said, and every path is shown",
    run: (seeded) =>
      Effect.gen(function* () {
        const lines: Array<ReadonlyArray<string>> = []
        const policy = Approval.ask((question) =>
          Effect.sync(() => {
            lines.push(Approval.describe(question))
            return Approval.decline
          })
        )
        const path = `/${word(seeded)}`
        const diff = "harmless\n".repeat(seeded.int(30, 500))
        yield* Asked.decisions(policy, [
          { ...Asked.files("silent", []), before: [] },
          Asked.files("long", [
            { path: "/a", kind: { type: "add" }, diff },
            { path, kind: { type: "delete" }, diff: "x" }
          ])
        ])
        const [silent = [], long = []] = lines
        assert.include(silent[0], "does not say which")
        assert.isTrue(long.some((line) => line.includes(path)))
        assert.isTrue(long.some((line) => line.includes("more line")))
        assert.isTrue(Option.isSome(Option.fromUndefinedOr(long[0])))
      }).pipe(quiet)
  }
])
