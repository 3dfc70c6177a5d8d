/**
 * Command lines that start like an allowed command and do more. The other fields of a request are in
 * `commandFields.ts`.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as Approval from "../../../src/Approval.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Asked from "../support/asked.ts"
import { group, inserted, textOf } from "../support/attack.ts"

export const policy = Approval.allowCommands(
  Approval.command.anyOf(Approval.command.startsWith(["git", "status"]), Approval.command.equals(["ls", "a b"]))
)

const shells = ["/bin/bash -lc", "bash -c", "/bin/sh -c", "/usr/bin/zsh -lc", "dash -c"]

/** Returns the script in a shell, as the server shows it, quoted in one of two ways. */
const wrapped = (seeded: Seeded, script: string): string => {
  const double = `"${script.replaceAll(/["\\$`]/g, "\\$&")}"`
  const single = `'${script.replaceAll("'", `'\\''`)}'`
  return `${seeded.pick(shells)} ${seeded.pick(script.includes("'") ? [double, single] : [single, single, double])}`
}

/** Lines alone, and in a shell. */
const attack = (name: string, title: string, lines: (seeded: Seeded) => ReadonlyArray<string>, alone = false) => ({
  name,
  title,
  expected: "the policy has no answer, so the command is declined",
  run: (seeded: Seeded) =>
    Asked.assertDecides(policy, {
      accepted: [
        "git status",
        "git  status --short",
        wrapped(seeded, "git status -- a/b.txt"),
        `ls "a b"`,
        `ls 'a b'`
      ].map((command) => Asked.command({ command })),
      refused: lines(seeded)
        .flatMap((line) => (alone ? [line] : [line, wrapped(seeded, line)]))
        .map((command) => Asked.command({ command }))
    })
})

const argument = (seeded: Seeded) => textOf(seeded, [..."abcxyz./-"], seeded.int(1, 8))

/** Letters of other alphabets that look like those of the command. */
const alike: { readonly [letter: string]: string } = { g: "ɡ", i: "і", t: "ｔ", s: "ѕ", a: "а", u: "ս" }

const everyShell = ["ba", "z", "da", "", "k", "c", "fi"]

export const scenarios = group("approvals", [
  attack("command-operators", "An operator of the shell joins a second command", (seeded) =>
    ["&&", "||", ";", "|", "&", "|&", ";;", "&>", "\n", ";\n"].flatMap((operator) => [
      `git status${operator}rm -rf ${argument(seeded)}`,
      `git status ${operator} rm -rf ${argument(seeded)}`,
      `git status ${argument(seeded)}${operator}`,
      `${operator} git status`
    ])
  ),
  attack("command-substitution", "A substitution runs a command within an argument", (seeded) =>
    ["$(x)", "`x`", "<(x)", ">(x)", "${x}", "$x", "$((x))", "${x:-`y`}", "$'x'", '$"x"'].flatMap((part) => [
      `git status ${part}`,
      // In double quotes, `<(` is ordinary text.
      `git status ${/[$`]/.test(part) ? `"${part.replaceAll('"', "")}"` : part}`,
      `git status ${inserted(seeded, `a${argument(seeded)}b`, part)}`,
      `git ${part} status`
    ])
  ),
  attack("command-redirection", "A redirection writes or reads a file", (seeded) =>
    [">", ">>", "<", ">|", "<>", "2>", "&>", ">&", "<<<", "<<EOF", "1>&2"].flatMap((redirection) => [
      `git status ${redirection} ~/.bashrc`,
      `git status ${redirection}${argument(seeded)}`,
      `git status ${argument(seeded)}${redirection}/etc/passwd`
    ])
  ),
  attack("command-line-ends", "A line end, as the shell or only Unicode has them, begins a second command", (seeded) =>
    ["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\n\n"].flatMap((end) => [
      `git status${end}rm -rf ${argument(seeded)}`,
      `git status ${argument(seeded)}${end}`,
      `${end}git status${end}`,
      // In quotes, a character that is not a line end to a shell is ordinary text.
      ...(/[\n\r]/.test(end) ? [`git status '${end}rm x'`, `git status "${argument(seeded)}${end}"`] : [])
    ])
  ),
  attack("command-continuation", "A backslash joins lines or letters, in quotes and without", (seeded) =>
    [
      "git \\\nstatus",
      'git status "a\\\nb"',
      "git\\ status",
      "git status \\",
      "g\\it status",
      "git status a\\;rm x",
      "git status '\\'\\''"
    ].concat(inserted(seeded, "git status abc", "\\\n"), inserted(seeded, "git status abc", "\\"))
  ),
  attack("command-quotes-open", "A quotation doesn't end, or ends where it doesn't seem to", () => [
    "git status 'x",
    'git status "x',
    `git status "'`,
    `git status '"`,
    `git status "x\\"`,
    `git status 'a'"b`,
    `git status "a\\\\" ; "b`,
    `'git status`,
    `"git" "status" "`
  ]),
  attack("command-history", "An exclamation mark calls the history, within double quotes too", (seeded) => [
    `git status !${argument(seeded)}`,
    `git status "!${argument(seeded)}"`,
    "git status !!",
    "! git status"
  ]),
  attack("command-patterns", "A pattern, a home or braces become other words", (seeded) =>
    ["*", "?", "[a-z]", "{a,b}", "~", "~root", "{1..9}", "+(x)", "a{b,c}d"].flatMap((pattern) => [
      `git status ${pattern}`,
      `git status ${argument(seeded)}/${pattern}`,
      `${pattern} git status`
    ])
  ),
  attack("command-assignments", "An assignment stands before the command", (seeded) =>
    [
      "GIT_DIR=x",
      "PATH=.",
      "LD_PRELOAD=./x.so",
      "IFS=_",
      "A+=b",
      "a[0]=b",
      "GIT_EXTERNAL_DIFF='sh x'",
      `X=${argument(seeded)}`
    ].flatMap((assignment) => [`${assignment} git status`, `'${assignment.replaceAll("'", "")}' git status`])
  ),
  attack("command-comments", "A comment hides the end of the line", (seeded) => [
    `git status # ${argument(seeded)}`,
    "git status #",
    "#git status",
    "# git status\nrm x",
    "git status ;# x"
  ]),
  attack("command-prefixes", "Another program runs the allowed command, or is called like it", (seeded) => [
    ...["sudo", "env", "exec", "command", "xargs", "nohup", "time", "eval", "builtin", "timeout 1", "nice", "."].map(
      (prefix) => `${prefix} git status`
    ),
    "./git status",
    "/tmp/git status",
    "~/git status",
    "bin/git status",
    "git.sh status",
    "GIT status",
    `${argument(seeded)}git status`,
    "gitstatus",
    "git",
    "status git",
    "git stash",
    "git status2",
    "git -C /x status",
    "git -c core.fsmonitor=x status",
    "git --git-dir=x status"
  ]),
  attack(
    "command-nested-shells",
    "A shell is within a shell, has further words, or is told to do more than run the script",
    (seeded) => [
      `${seeded.pick(shells)} '${seeded.pick(shells)} "git status"'`,
      "/bin/bash -lc 'git status' rm",
      "/bin/bash -c -l 'git status'",
      "/bin/bash -ilc 'git status'",
      "/bin/bash -i 'git status'",
      "/bin/bash --rcfile x -c 'git status'",
      "/bin/bash --norc -c 'git status'",
      "/bin/bash +c 'git status'",
      "/bin/bash -s 'git status'",
      "/bin/bash 'git status'",
      "/bin/bash -lc",
      "/bin/bash -lc ''",
      "/bin/bash -lc git status",
      "/bin/bash -lc 'git' 'status'"
    ],
    true
  ),
  attack(
    "command-foreign-shells",
    "The shell around the command is not one of the system's",
    (seeded) =>
      [
        "./",
        "/tmp/",
        "/tmp/bin/",
        "/home/me/bin/",
        "bin/",
        "../bin/",
        "/bin/../tmp/",
        "//tmp/bin/",
        "/usr/bin/../../tmp/"
      ].map((folder) => `${folder}${seeded.pick(everyShell)}sh -lc 'git status'`),
    true
  ),
  attack("command-look-alikes", "The command is written with letters of other alphabets", (seeded) =>
    Object.entries(alike).flatMap(([letter, other]) => [
      "git status".replace(letter, other),
      `git status ${inserted(seeded, "--short", other)}`
    ])
  ),
  attack("command-blanks", "Words are separated by blanks that the shell doesn't know", (seeded) =>
    ["\u00a0", "\u2003", "\u3000", "\ufeff", "\u200b", "\v", "\f", "\u1680", "\u2800"].flatMap((blank) => [
      `git${blank}status`,
      `git status${blank}`,
      `git status ${inserted(seeded, "--short", blank)}`,
      `${blank}git status`
    ])
  ),
  attack("command-controls", "The line has control characters, or characters that turn or hide it", (seeded) =>
    ["\0", "\u0007", "\b", "\u001b[2K", "\u007f", "\u202e", "\u2066", "\u200d", "\ud800", "\u{e0041}"].flatMap(
      (character) => [
        inserted(seeded, "git status --short", character),
        `git status ${character}`,
        `git status${character}; rm x`
      ]
    )
  ),
  {
    name: "command-words-of-older-api",
    title: "The older request has words that a line would have to quote, or a shell that another user chose",
    expected: "words are taken as they are, and nothing but the allowed ones is approved",
    run: (seeded) =>
      Effect.gen(function* () {
        const asking = (command: ReadonlyArray<string>, parsedCmd: ReadonlyArray<object> = []): Asked.Asking => ({
          method: "execCommandApproval",
          params: {
            conversationId: "01a1fd0e-0199-7dd2-a325-8b08e56c3232",
            callId: "c",
            approvalId: null,
            cwd: "/project",
            reason: null,
            command,
            parsedCmd
          }
        })
        const good = [
          ["git", "status"],
          ["bash", "-lc", "git status"],
          ["ls", "a b"]
        ]
        const bad = [
          ["git status"],
          ["git", "status;", "rm"].slice(0, seeded.int(1, 2) === 1 ? 1 : 3).concat("x"),
          ["bash", "-lc", "git status; rm x"],
          ["bash", "-lc", "git status", "x"],
          ["./bash", "-lc", "git status"],
          ["ls", "a", "b"],
          ["ls", "a b", "c"],
          ["", "git", "status"],
          []
        ]
        const contradicting = [
          [{ type: "unknown", cmd: "rm x" }],
          [
            { type: "unknown", cmd: "git status" },
            { type: "unknown", cmd: "rm x" }
          ]
        ]
        const decided = yield* Asked.decisions(policy, [
          ...good.map((words) => asking(words)),
          ...bad.map((words) => asking(words)),
          ...contradicting.map((parsed) => asking(["git", "status"], parsed))
        ])
        for (const [index, decision] of decided.entries()) {
          if (index < good.length) assert.deepStrictEqual(decision, "approved")
          else assert.notInclude(JSON.stringify(decision), "approved", JSON.stringify(bad[index - good.length]))
        }
      })
  }
])
