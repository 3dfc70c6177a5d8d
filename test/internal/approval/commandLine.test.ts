import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import * as commandLine from "../../../src/internal/approval/commandLine.ts"

const words = (line: string) => Option.getOrNull(commandLine.words(line))

describe("the words of a command line", () => {
  const cases: ReadonlyArray<readonly [line: string, words: ReadonlyArray<string> | null]> = [
    ["ls", ["ls"]],
    [" \tls\t -a  b ", ["ls", "-a", "b"]],
    ["a_1./:@%+,=-", null],
    ["ls a_1./:@%+,=-", ["ls", "a_1./:@%+,=-"]],
    ["'l's \"a\"'b'c", ["ls", "abc"]],
    ["ls ''", ["ls", ""]],
    ['ls ""', ["ls", ""]],
    ["ls 'a\\b$`!\"'", ["ls", 'a\\b$`!"']],
    ['ls "a\\"b"', ["ls", 'a"b']],
    ['ls "a\\\\b"', ["ls", "a\\b"]],
    ['ls "a\\$b"', ["ls", "a$b"]],
    ['ls "a\\`b"', ["ls", "a`b"]],
    ['ls "a\\nb"', ["ls", "a\\nb"]],
    ['ls "a b;c|d"', ["ls", "a b;c|d"]],
    ["", null],
    [" ", null],
    ["''", null],
    ["'' a", null],
    ["A=1 ls", null],
    ["'A=1' ls", null],
    ["ls\nrm", null],
    ["ls\rrm", null],
    ["ls 'a\nb'", null],
    ["ls 'a", null],
    ['ls "a', null],
    ['ls "a\\"', null],
    ['ls "$a"', null],
    ['ls "`a`"', null],
    ['ls "a!"', null],
    ["ls \\a", null],
    ...[..."$`;&|<>(){}[]*?~#!^\"'\u00a0é"].map((character) => [`ls ${character}`, null] as const)
  ]
  for (const [line, expected] of cases) {
    it(`are ${JSON.stringify(expected)} for ${JSON.stringify(line)}`, () => {
      assert.deepStrictEqual(words(line), expected)
    })
  }
})

describe("the command that a shell runs", () => {
  const inner = (...argv: ReadonlyArray<string>) => Option.getOrNull(commandLine.inner(argv))

  for (const shell of ["sh", "bash", "zsh", "dash", "/bin/sh", "/bin/bash", "/usr/bin/zsh", "/usr/local/bin/bash"]) {
    it(`is that of the script of ${shell}`, () => {
      for (const flag of ["-c", "-lc"]) assert.deepStrictEqual(inner(shell, flag, "git 'a b'"), ["git", "a b"])
      assert.isNull(inner(shell, "-x", "git"))
      assert.isNull(inner(shell, "-c"))
      assert.isNull(inner(shell, "-c", "git", "more"))
      assert.isNull(inner(shell, "-c", "git; rm"))
      assert.isNull(inner(shell))
    })
  }

  for (const program of ["./bash", "/tmp/bash", "bin/sh", "bashx", "/bin/bash/", "fish", "/local/bin/sh", "xsh"]) {
    it(`is the command line itself for ${program}`, () => {
      assert.deepStrictEqual(inner(program, "-c", "git"), [program, "-c", "git"])
    })
  }

  it("has no words for an empty command, and accepts a line, too", () => {
    assert.deepStrictEqual(inner(), [])
    assert.deepStrictEqual(Option.getOrNull(commandLine.simple("bash -lc 'git push'")), ["git", "push"])
    assert.deepStrictEqual(Option.getOrNull(commandLine.simple("git push")), ["git", "push"])
    assert.isNull(Option.getOrNull(commandLine.simple("git; push")))
  })
})

describe("another reading of a command", () => {
  it("agrees if it is empty, or has the same words with or without a shell", () => {
    const argv = ["git", "push"]
    for (const lines of [[], ["git push"], ["bash -lc 'git push'"]]) assert.isTrue(commandLine.agrees(argv, lines))
    for (const lines of [["git"], ["git push x"], ["git pull"], ["git push", "git push"], ["git; push"], [""]]) {
      assert.isFalse(commandLine.agrees(argv, lines), JSON.stringify(lines))
    }
    assert.isTrue(commandLine.agrees(["bash", "-lc", "git push"], ["bash -lc 'git push'"]))
  })
})

describe("words joined into a line", () => {
  it("are quoted unless unambiguous, and parse into the same words again", () => {
    assert.strictEqual(
      commandLine.quoted(["ls", "a_1./:@%+,=-", "", "a b", "it's"]),
      "ls a_1./:@%+,=- '' 'a b' 'it'\\''s'"
    )
    assert.strictEqual(commandLine.quoted([]), "")
    for (const argv of [
      ["ls", "a b", "$x", "`y`"],
      ["ls", "", "~", "*"],
      ["a", "\\", '"']
    ]) {
      assert.deepStrictEqual(words(commandLine.quoted(argv)), argv)
    }
  })
})
