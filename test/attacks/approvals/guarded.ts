/**
 * Files in the folder that other programs run or trust, in every spelling that some file system accepts for their
 * names. Where a path leads is in `escapes.ts`.
 */
import { Effect } from "effect"
import { mkdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { group, inserted, mixedCase, textOf } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"

const folders = [".git", ".codex", ".agents"]
const files = ["AGENTS.md", "AGENTS.override.md"]
const names = [...folders, ...files]

/** Paths below the folder, in each of the guarded folders, and as each of the files. */
const placed = (seeded: Seeded, spelt: (name: string) => string): ReadonlyArray<string> => {
  const depth = () => Array.from({ length: seeded.int(0, 3) }, () => `${seeded.pick(["a", "sub", "new"])}/`).join("")
  return [
    ...folders.flatMap((name) => [
      `${depth()}${spelt(name)}/${seeded.pick(["config", "hooks/x"])}`,
      `${depth()}${spelt(name)}`
    ]),
    ...files.map((name) => depth() + spelt(name))
  ]
}

const attack = (name: string, title: string, spelling: (seeded: Seeded) => (name: string) => string) => ({
  name,
  title,
  expected: "the policy has no answer, so the change is declined",
  run: (seeded: Seeded) =>
    Effect.gen(function* () {
      const made = yield* Folders.make
      const paths = placed(seeded, spelling(seeded)).map((path) => `${made.inside}/${path}`)
      yield* Folders.assertRefused(made, paths, seeded)
    })
})

/** Letters that are equal only in Unicode, as APFS and NTFS compare them. */
const folded: { readonly [letter: string]: string } = { s: "ſ", S: "ſ", k: "\u212a" }

// Some of the 4,032 invisible characters, which HFS+ omits from a name.
const ignorable = [
  "\u200b",
  "\u200c",
  "\u200d",
  "\u200e",
  "\u2060",
  "\u206f",
  "\ufeff",
  "\ufe0f",
  "\u00ad",
  "\u{e0101}"
]

const fullWidth = (name: string): string =>
  Array.from(name, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join("")

export const scenarios = group("approvals", [
  attack(
    "guarded-plain",
    "A change is asked for in .git, .codex or .agents, or of instructions for the model",
    () => (name) => name
  ),
  attack(
    "guarded-case",
    "A guarded name is in other letters, as macOS and Windows ignore",
    (seeded) => (name) => mixedCase(seeded, name)
  ),
  attack(
    "guarded-unicode-case",
    "A guarded name has letters that only Unicode takes for the same",
    () => (name) => Array.from(name, (letter) => folded[letter] ?? letter).join("")
  ),
  attack(
    "guarded-full-width",
    "A guarded name is in compatible letters, which some file systems compose alike",
    (seeded) => (name) => seeded.pick([fullWidth(name), name.replace(".", "\u2024"), name.replace(".", "\uff0e")])
  ),
  attack(
    "guarded-ignorable",
    "A guarded name has characters that show nothing, as HFS+ leaves out",
    (seeded) => (name) => {
      const hidden = () => textOf(seeded, ignorable, seeded.int(1, 3))
      return seeded.pick([inserted(seeded, name, hidden()), hidden() + name, name + hidden()])
    }
  ),
  attack(
    "guarded-trailing",
    "A guarded name ends with dots and blanks, as Windows leaves out",
    (seeded) => (name) => name + textOf(seeded, [".", " "], seeded.int(1, 20))
  ),
  attack(
    "guarded-streams",
    "A guarded name has a stream of NTFS behind it",
    (seeded) => (name) =>
      mixedCase(seeded, name) +
      seeded.pick(["::$INDEX_ALLOCATION", "::$DATA", ":x", ":x:$DATA", ". ::$DATA", ":$I30:$INDEX_ALLOCATION"])
  ),
  attack("guarded-short-names", "A guarded name is the short one that Windows gives it", (seeded) => (name) => {
    // Windows omits all dots but the last one.
    const stem = name.replaceAll(/^\.|\..*/g, "")
    const extension = name.startsWith(".") ? "" : ".md"
    const short = `${stem.slice(0, seeded.int(2, 6))}~${seeded.int(1, 99)}${extension}`
    return mixedCase(seeded, seeded.pick([short, `${stem.slice(0, 2)}7EBA~${seeded.int(1, 9)}${extension}`]))
  }),
  attack("guarded-mixed", "A guarded name is spelt in several of these ways at once", (seeded) => (name) => {
    const spelt = inserted(seeded, mixedCase(seeded, name), textOf(seeded, ignorable, seeded.int(1, 2)))
    return spelt + textOf(seeded, [".", " "], seeded.int(0, 3)) + seeded.pick(["", "::$DATA", ":x"])
  }),
  {
    name: "guarded-by-link",
    title: "A harmless name is a link to a guarded folder, or to the instructions for the model",
    expected: "the policy has no answer, so the change is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const made = yield* Folders.make
        const at = (...parts: ReadonlyArray<string>) => join(made.inside, ...parts)
        mkdirSync(at("sub", ".git"))
        symlinkSync("sub/.git", at("harmless"))
        symlinkSync("harmless", at("again"))
        symlinkSync(seeded.pick(files), at("notes"))
        symlinkSync(`.${seeded.pick(["codex", "agents"])}/x`, at("dangling"))
        const paths = [at("harmless", "config"), at("again", "config"), at("notes"), at("dangling")]
        yield* Folders.assertRefused(made, paths, seeded)
      })
  },
  {
    name: "guarded-name-too-long",
    title: "A name is longer than any file system takes, with a guarded one at its beginning or end",
    expected: "the policy has no answer, at once",
    within: "5 seconds",
    run: (seeded) =>
      Effect.gen(function* () {
        const made = yield* Folders.make
        const long = seeded.pick([".", " ", "a", "\u200b"]).repeat(seeded.int(300, 60_000))
        const paths = names.flatMap((name) => [`${made.inside}/${name}${long}`, `${made.inside}/${long}${name}/x`])
        yield* Folders.assertRefused(made, paths, seeded)
      })
  }
])
