/**
 * The documentation is correct: each block of code comes from a compiled, executed file, links and commands have a
 * target, and the protocol map has every method. After a change: `UPDATE_DOCS=1 npx vitest run test/docs.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as effect from "effect"
import * as codex from "effect-codex"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { clientRequestResults, experimentalMethods, serverRequestParams } from "../src/generated/methods.ts"

const root = join(import.meta.dirname, "..")
const updating = process.env["UPDATE_DOCS"] !== undefined
const read = (file: string): string => readFileSync(join(root, file), "utf8")

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "llms.txt",
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`)
]

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

/** The imports of a file that a piece of its code uses, without those that the page has `shown` before. */
const importsFor = (lines: ReadonlyArray<string>, code: string, shown: ReadonlySet<string>): ReadonlyArray<string> => {
  const words = code.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, "").replaceAll(/"[^"\n]*"/g, '""')
  const isUsed = (name: string) => !shown.has(name) && new RegExp(`(?<![.\\w])${name}\\b(?!:)`).test(words)
  const statements = lines
    .join("\n")
    .replaceAll(/^import \{\n([^}]*)\} from/gm, (_, names: string) => {
      const list = names.split(",").map((name) => name.trim())
      return `import { ${list.filter((name) => name !== "").join(", ")} } from`
    })
    .split("\n")
  return statements.flatMap((line) => {
    const [, namespace = ""] = /^import \* as (\w+) from/.exec(line) ?? []
    if (namespace !== "") return isUsed(namespace) ? [line] : []
    const [, list, from] = /^import \{ (.*) \} (from .*)$/.exec(line) ?? []
    if (list === undefined) return []
    const used = list.split(", ").filter((name) => isUsed(name.replace("type ", "")))
    return used.length === 0 ? [] : [`import { ${used.join(", ")} } ${from}`]
  })
}

/**
 * The code that a block shows: a region of a file with the imports that it needs, or the whole file from its first
 * import.
 */
const extract = (file: string, region: string | undefined, imported: Set<string>): string => {
  const lines = read(file).split("\n")
  let from = lines.findIndex((line) => line.startsWith("import "))
  let to = lines.length
  if (region !== undefined) {
    from = lines.findIndex((line) => line.trim() === `// #region ${region}`) + 1
    assert.isAbove(from, 0, `${file} has no region ${region}`)
    to = lines.findIndex((line, index) => index >= from && line.trim() === "// #endregion")
    assert.isAbove(to, from, `${file}: the region ${region} is empty or has no end`)
  }
  const shown = lines.slice(from, to).filter((line) => !/^\s*\/\/ #(?:end)?region/.test(line))
  const indent = Math.min(...shown.filter((line) => line !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0))
  const code = shown
    .map((line) => line.slice(indent))
    .join("\n")
    .trim()
  const imports = region === undefined || code.startsWith("import ") ? [] : importsFor(lines, code, imported)
  for (const line of [...imports, ...code.split("\n")]) {
    const [, namespace, list = namespace] = /^import (?:\* as (\w+)|\{ (.*) \}) from/.exec(line) ?? []
    for (const name of list?.split(", ") ?? []) imported.add(name.replace("type ", ""))
  }
  return imports.length === 0 ? code : `${imports.join("\n")}\n\n${code}`
}

/** The modules that a block must import. `Record` is mostly the TypeScript type. */
const exported = new Set(
  [...Object.keys(effect), ...Object.keys(codex)].filter((name) => !(name in globalThis) && name !== "Record")
)

const block = /(<!-- from (examples\/[\w./-]+)(?:#([\w-]+))? -->\n+)?```ts\n([\s\S]*?)```/g

describe("code in the documentation", () => {
  it.each(pages)("%s shows code as it is compiled and run", (page) => {
    const text = read(page)
    const imported = new Set<string>()
    const next = text.replaceAll(
      block,
      (whole: string, marker: string | undefined, file: string, region: string | undefined) => {
        assert.isDefined(marker, `${page}: a block of code without \`<!-- from examples/… -->\`:\n${whole}`)
        return `${marker}\`\`\`ts\n${extract(file, region, imported)}\n\`\`\``
      }
    )
    if (updating && next !== text) writeFileSync(join(root, page), next)
    else assert.strictEqual(text, next)
  })

  it.each(pages)("%s imports each module of Effect and of this package before a block uses it", (page) => {
    const imported = new Set<string>()
    for (const [, , , , code = ""] of read(page).matchAll(block)) {
      for (const [, namespace, list = namespace] of code.matchAll(/^import (?:\* as (\w+)|\{ (.*) \}) from/gm)) {
        for (const name of list?.split(", ") ?? []) imported.add(name.replace("type ", ""))
      }
      const words = code.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, "").replaceAll(/"[^"\n]*"|`[^`]*`/g, '""')
      for (const [, name = ""] of words.matchAll(/(?<![.\w])([A-Z]\w*)[.<]/g)) {
        if (!exported.has(name) || new RegExp(`(?:class|const|interface|type) ${name}\\b`).test(words)) continue
        assert.isTrue(imported.has(name), `${page}: a block uses ${name}, and no block up to there imports it`)
      }
    }
  })

  it.each(pages)("%s has no blocks except code, commands and drawings", (page) => {
    for (const [, language = ""] of read(page).matchAll(/^```(\S*)\n[\s\S]*?^```$/gm)) {
      assert.include(["ts", "sh", ""], language, `${page}: code of a language that nothing checks`)
    }
  })

  it("is taken from files that are executed", () => {
    const executed = ["examples.test.ts", "examples.service.test.ts", "pages/walkthrough.ts"]
      .map((file) => read(`test/${file}`))
      .join("\n")
    for (const page of pages) {
      for (const [, , file = ""] of read(page).matchAll(block)) {
        const number = /^examples\/(\d\d)-/.exec(file)?.[1]
        const name = file.replace("examples/", "").replace(".ts", "")
        const named = number === undefined ? name.startsWith("service/") || name === "readme" : true
        assert.isTrue(
          named || executed.includes(`"${name}"`) || executed.includes(`"${file}"`),
          `${file} is executed by no test`
        )
      }
    }
  })
})

it("pages, examples and doc comments show requests only with `Approval.describe`, which shows all that a yes grants", () => {
  const sources = ["examples", "src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/^(?:internal|generated)\b/.test(file))
      .map((file) => `${folder}/${file}`)
  )
  for (const file of [...pages, ...sources]) {
    assert.notMatch(read(file), /\b(?:question|params)\.(?:command|paths|cwd)\b/, file)
  }
})

const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-")

const anchorsOf = (file: string): ReadonlyArray<string> =>
  read(file)
    .replaceAll(/```[\s\S]*?```/g, "")
    .split("\n")
    .flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? [])
    .map(slug)

/** The modules that declare the methods of values which the pages call by these names. */
const handles: { readonly [name: string]: string } = {
  codex: "Codex",
  goal: "Goal",
  login: "Account",
  pool: "CodexPool",
  thread: "Thread",
  turn: "Turn"
}

/** The reviewed surface of a module: see `package.surface.test.ts`. */
const surfaceOf = (module: string): string | undefined => {
  const file = [`test/surface/${module}.txt`, `test/surface/testing.${module}.txt`].find((file) =>
    existsSync(join(root, file))
  )
  if (file === undefined) return undefined
  // The generated types are re-exported as a whole, and options of the process are options of Codex.
  const more = { Protocol: ["src/generated/types.ts"], Codex: ["test/surface/AppServer.txt"] }[module] ?? []
  return [file, ...more].map(read).join("\n")
}

/** The names of the package's modules and methods, and of options of functions, that the surface does not have. */
const unknownNames = (text: string): ReadonlyArray<string> => {
  const lacks = (module: string | undefined, name: string): boolean => {
    const surface = module === undefined ? undefined : surfaceOf(module)
    return surface !== undefined && !new RegExp(`\\b${name}\\b`).test(surface)
  }
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code).join("\n")
  const names = [...code.matchAll(/(?<![\w./-])([A-Z]\w+)\.(\w+)(?!\.ts)\b/g)].flatMap(([, module = "", name = ""]) =>
    lacks(module, name) ? [`${module}.${name}`] : []
  )
  const methods = [...code.matchAll(/(?<![\w./-])([a-z]+)\.(\w+)\b/g)].flatMap(([, handle = "", name = ""]) =>
    Object.hasOwn(handles, handle) && [handles[handle], "Account", "Turn"].every((module) => lacks(module, name))
      ? [`${handle}.${name}`]
      : []
  )
  const options = [...text.matchAll(/`(\w+)` of\s+`([A-Z]\w+)\.(\w+)`/g)].flatMap(
    ([, option = "", module = "", name = ""]) => (lacks(module, option) ? [`${option} of ${module}.${name}`] : [])
  )
  return [...new Set([...names, ...methods, ...options])]
}

/** Sites that the documentation may link to. */
const sites = ["https://effect.website", "https://developers.openai.com/codex", "https://github.com/openai/codex"]

describe("links and commands", () => {
  it.each(pages)("of %s have an existing target", (page) => {
    const text = read(page).replaceAll(/```[\s\S]*?```/g, "")
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target.startsWith("http")) {
        assert.isTrue(
          sites.some((site) => target.startsWith(site)),
          `${page} leads to ${target}`
        )
        continue
      }
      const [path = "", anchor] = target.split("#")
      const file = path === "" ? page : relative(root, join(root, dirname(page), path))
      assert.isTrue(existsSync(join(root, file)), `${page} leads to ${target}`)
      if (anchor !== undefined) assert.include(anchorsOf(file), anchor, `${page} leads to ${target}`)
    }
    // Files that are only named.
    for (const [, named = ""] of text.matchAll(/`((?:src|test|docs|examples|codegen|tools)\/[\w./-]*)`/g)) {
      assert.isTrue(existsSync(join(root, named)), `${page} names ${named}`)
    }
  })

  it.each(pages)("of %s exist", (page) => {
    const manifest: unknown = JSON.parse(read("package.json"))
    const scripts = isRecord(manifest) && isRecord(manifest["scripts"]) ? Object.keys(manifest["scripts"]) : []
    const examples = readdirSync(join(root, "examples"))
    for (const [, name = ""] of read(page).matchAll(/npm run ([\w:-]+)/g)) assert.include(scripts, name, page)
    for (const [, name = ""] of read(page).matchAll(/npm run example -- (\d\d)/g)) {
      assert.isTrue(
        examples.some((file) => file.startsWith(`${name}-`)),
        `${page} runs example ${name}`
      )
    }
  })

  // The others have names of earlier versions and of other SDKs.
  const current = pages.filter((page) => !/CHANGELOG|from-/.test(page))
  it.each(current)("of %s include no name that the package lacks", (page) => {
    assert.deepStrictEqual(unknownNames(read(page)), [])
  })

  it("include no unknown name: a former option and a former method are found", () => {
    const text = "Set `limit` of `ServerRequests.layer`, call `thread.streamOrFail` or `Codex.layerConfig()`."
    assert.deepStrictEqual(unknownNames(text), [
      "Codex.layerConfig",
      "thread.streamOrFail",
      "limit of ServerRequests.layer"
    ])
  })

  it("reach every page from the README or from another page", () => {
    const linked = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)/g)].map(([, target = ""]) => join(dirname(page), target))
    )
    for (const page of pages.filter((page) => page.startsWith("docs/"))) assert.include(linked, page)
  })
})

/** The facade's name for a method of the protocol; every other method is called by name. */
const wrapped: { readonly [method: string]: string } = {
  initialize: "`Codex.layer`, by itself; the reply is `codex.metadata`",
  "account/login/cancel": "`login.cancel`, and the end of a login's scope",
  "account/login/start": "`codex.loginApiKey`, `loginChatgpt`, `loginChatgptDeviceCode`, `loginChatgptAuthTokens`",
  "account/logout": "`codex.logout`",
  "account/rateLimits/read": "`codex.rateLimits`, `codex.rateLimitChanges`",
  "account/read": "`codex.account`",
  "account/usage/read": "`codex.accountUsage`",
  "model/list": "`codex.listModels`, `codex.models`",
  "review/start": "`thread.review`",
  "thread/archive": "`codex.archiveThread`",
  "thread/backgroundTerminals/list": 'by `turn.interrupt({ terminals: "ofTurn" })`',
  "thread/backgroundTerminals/terminate": 'by `turn.interrupt({ terminals: "ofTurn" })`',
  "thread/compact/start": "`thread.compact`, `thread.compactAndWait`",
  "thread/delete": "`codex.deleteThread`",
  "thread/fork": "`codex.forkThread`, `thread.fork`",
  "thread/goal/clear": "`thread.goal.clear`",
  "thread/goal/get": "`thread.goal.get`",
  "thread/goal/set": "`thread.runGoal`, `thread.startGoal`, `thread.goal.set`",
  "thread/inject_items": "`thread.injectItems`",
  "thread/items/list": "`thread.items`, `thread.itemsPage`",
  "thread/list": "`codex.threads`, `codex.listThreads`",
  "thread/loaded/list": "`codex.loadedThreads`",
  "thread/name/set": "`thread.setName`",
  "thread/read": "`thread.read`",
  "thread/resume": "`codex.resumeThread`, `codex.resumeOrStart`",
  "thread/revert": "`thread.revert`",
  "thread/search": "`codex.searchThreads`, with a server before 0.171.0",
  "thread/search/stream": "`codex.searchThreads`",
  "thread/search/stream/cancel": "by the end of a stream of `codex.searchThreads`",
  "thread/start": "`codex.startThread`",
  "thread/turns/list": "`thread.history`, `thread.historyPage`, `thread.turnByKey`",
  "thread/unarchive": "`codex.unarchiveThread`",
  "thread/unsubscribe": "`thread.unsubscribe`, `Thread.scoped`",
  "turn/interrupt": "`turn.interrupt`; interruption of `thread.run` and `thread.stream`",
  "turn/start": "`thread.run`, `thread.runOnce`, `thread.turn`, `thread.stream`, `thread.send`, `thread.sendExternal`",
  "turn/steer": "`turn.steer`, `thread.send`"
}

/** What answers a server request, besides a handler in `ServerRequests`. */
const answered: { readonly [method: string]: string } = {
  "account/chatgptAuthTokens/refresh": "`refresh` of `codex.loginChatgptAuthTokens`",
  applyPatchApproval: "`Approval.handlers`",
  execCommandApproval: "`Approval.handlers`",
  "item/commandExecution/requestApproval": "`Approval.handlers`",
  "item/fileChange/requestApproval": "`Approval.handlers`",
  "item/permissions/requestApproval": "`Permissions.handler`",
  "item/tool/requestUserInput": "`UserInput.handler`",
  "mcpServer/elicitation/request": "`Elicitation.handler`",
  "item/tool/call": "the toolkit of the thread: `codex.startThread({ tools })`"
}

const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("generated") && !file.startsWith("testing"))
  // Examples in doc comments can call any method.
  .map((file) => read(join("src", file)).replaceAll(/\/\*\*[\s\S]*?\*\//g, ""))
  .join("\n")

describe("the protocol map", () => {
  it("has each client method once, with what calls it", () => {
    const rows = [...clientRequestResults.keys()].sort().map((method) => {
      const call = wrapped[method] ?? `\`codex.request("${method}", …)\``
      return `| \`${method}\` | ${call} | ${experimentalMethods.has(method) ? "yes" : ""} |`
    })
    const table = ["| method | call | experimental |", "|---|---|---|", ...rows].join("\n")
    const page = read("docs/protocol-map.md")
    const next = page.replace(/\| method \| call \|[\s\S]*?(?=\n\n|\n*$)/, () => table)
    if (updating && next !== page) writeFileSync(join(root, "docs/protocol-map.md"), next)
    else assert.strictEqual(page, next)
  })

  it("has each server request once, with what answers it", () => {
    const rows = [...serverRequestParams.keys()].sort().map((method) => {
      const more = answered[method]
      return `| \`${method}\` | ${more ?? ""} |`
    })
    const table = ["| request | answered by |", "|---|---|", ...rows].join("\n")
    const page = read("docs/protocol-map.md")
    const next = page.replace(/\| request \| answered by \|[\s\S]*?(?=\n\n|\n*$)/, () => table)
    if (updating && next !== page) writeFileSync(join(root, "docs/protocol-map.md"), next)
    else assert.strictEqual(page, next)
    assert.includeMembers([...serverRequestParams.keys()], Object.keys(answered))
    assert.include(next, table)
  })

  it("has the calls of the facade, and no unknown call", () => {
    const called = new Set([...sources.matchAll(/(?:request|requestRaw)\(\s*"([\w/]+)"/g)].map(([, method]) => method))
    for (const method of called) assert.property(wrapped, method ?? "")
    for (const [method, call] of Object.entries(wrapped)) {
      assert.isTrue(sources.includes(`"${method}"`), `nothing calls ${method}`)
      for (const [, member = ""] of call.matchAll(/(?:codex|thread|turn|goal|login)\.(\w+)/g)) {
        assert.isTrue(new RegExp(`\\b${member}\\b[(<:?]`).test(sources), `${method}: there is no ${member}`)
      }
    }
  })
})
