import { assert, describe, it } from "@effect/vitest"
import { isGuarded } from "../../../src/internal/approval/guardedNames.ts"

describe("isGuarded", () => {
  const names: ReadonlyArray<readonly [what: string, ...names: ReadonlyArray<string>]> = [
    [
      "the configuration of Codex and git",
      ".git",
      ".codex",
      ".agents",
      "AGENTS.md",
      "AGENTS.override.md",
      "agents.OVERRIDE.MD"
    ],
    [
      "names with dots and blanks at the end, as Windows reads them",
      ".git.",
      ".git ",
      ".git. .",
      "AGENTS.md...",
      ".codex. "
    ],
    [
      "streams of NTFS",
      ".git::$INDEX_ALLOCATION",
      ".git:x",
      ".git :x",
      "AGENTS.md::$DATA",
      "agents.override.md:a:b",
      ".git.：x",
      ".git:\nx"
    ],
    [
      "short names of Windows",
      "GIT~1",
      "git~12",
      "CODEX~1",
      "AGENTS~1",
      "AGENTS~1.MD",
      "AGENT~10.MD",
      "GI7EBA~1",
      "ag12ab~1.md"
    ],
    [
      "names with invisible characters",
      ".g\u200cit",
      "\ufeff.git",
      ".git\u200d",
      ".co\u2060dex",
      "A\u00adGENTS.md",
      ".git\ufe0f",
      ".git\u{e0001}."
    ],
    ["letters that differ by case only", ".Git", ".agentſ", "AGENTſ.md", ".gıt", "agents.MD"],
    ["letters in another Unicode composition", ".ｇｉｔ", "．git", "AGENTS．md"],
    ["names that are too long for any file system", "x".repeat(256)]
  ]
  for (const [what, ...spellings] of names) {
    it(`guards ${what}`, () => {
      for (const name of spellings) assert.isTrue(isGuarded(name), JSON.stringify(name))
    })
  }

  it("ignores other names", () => {
    const others = [
      "",
      ".",
      ".gitignore",
      ".github",
      "git",
      "codex",
      "agents",
      "AGENTS.txt",
      "AGENTS.md.txt",
      "a.git",
      "x~1",
      "gitignore~1.txt",
      "xgit~1",
      "git~1x",
      "git~1234567",
      "git~",
      "git~1.abcd",
      "x".repeat(255)
    ]
    for (const name of [
      ...others,
      "AGENTS.override",
      "override.md",
      ".git-hooks",
      "\u200b",
      ":AGENTS.md",
      `${".".repeat(200)}x`
    ]) {
      assert.isFalse(isGuarded(name), JSON.stringify(name))
    }
  })
})
