import { assert, describe, it } from "@effect/vitest"
import { Exit, JsonSchema, Schema, SchemaRepresentation } from "effect"
import { execFileSync, spawn, spawnSync } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { afterAll } from "vitest"
import * as codexBinary from "../codegen/codexBinary.ts"
import { directionsOf, methodsOf } from "../codegen/direction.ts"
import { pin, type Pinned, printPinned } from "../codegen/generate.ts"
import type { JsonSchema as Json } from "../codegen/jsonSchema.ts"
import { asObject, refName, unionMembers } from "../codegen/jsonSchema.ts"
import { outputs } from "../codegen/main.ts"
import { responses } from "../codegen/overrides.ts"
import { parse } from "../codegen/parse.ts"
import { decoder } from "../src/generated/decode.ts"
import * as Protocol from "../src/Protocol.ts"

const root = fileURLToPath(new URL("../", import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), "utf8")
const tsc = join(root, "node_modules/typescript/bin/tsc")

// Type boundary: the file is our own, written by codegen/main.ts.
const pinned = JSON.parse(read("codegen/schema.json")) as Pinned

const folders: Array<string> = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

/** A temporary copy of what generation reads and writes, where it can be broken. */
const copyOfRepository = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-codegen-test-"))
  folders.push(folder)
  for (const part of ["codegen", "src/generated", "package.json", "tsconfig.json"]) {
    mkdirSync(join(folder, part, ".."), { recursive: true })
    cpSync(join(root, part), join(folder, part), { recursive: true })
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return folder
}

const edit = (file: string, change: (text: string) => string): void => {
  const before = readFileSync(file, "utf8")
  const after = change(before)
  assert.notStrictEqual(after, before, `nothing to change in ${file}`)
  writeFileSync(file, after)
}

describe("npm run codegen", () => {
  it("gives the files that are checked in, byte for byte, from the installed binary", () => {
    const fresh = outputs(
      pin(codexBinary.version(), {
        experimental: codexBinary.schemaBundle({ experimental: true }),
        stable: codexBinary.schemaBundle({ experimental: false })
      })
    )
    for (const [file, text] of fresh) assert.isTrue(read(file) === text, `${file} is not up to date`)
    assert.deepStrictEqual(
      readdirSync(join(root, "src/generated")).sort(),
      [...fresh.keys()].flatMap((file) => (file.startsWith("src/generated/") ? [file.slice(14)] : [])).sort()
    )
  })

  it("gives the same files from the pinned schema, without the binary", () => {
    assert.isTrue(printPinned(pinned) === read("codegen/schema.json"))
    for (const [file, text] of outputs(pinned)) assert.isTrue(read(file) === text, `${file} differs`)
  })

  it("with --check names the files that differ, changes none and exits with 1", () => {
    const folder = copyOfRepository()
    edit(join(folder, "src/generated/version.ts"), (text) => text.replace("0.169.0", "0.168.0"))
    writeFileSync(join(folder, "src/generated/stray.ts"), "")
    const run = spawnSync(process.execPath, ["codegen/main.ts", "--check", "--from-pinned"], {
      cwd: folder,
      encoding: "utf8"
    })
    assert.strictEqual(run.status, 1)
    assert.include(run.stderr, "src/generated/version.ts")
    assert.include(run.stderr, "src/generated/stray.ts")
    assert.notInclude(run.stderr, "types.ts")
    assert.include(readFileSync(join(folder, "src/generated/version.ts"), "utf8"), "0.168.0")
  })

  it("has a reason for every exception", () => {
    for (const [method, { reason }] of responses) assert.isAbove(reason.length, 10, method)
  })
})

describe("one version", () => {
  it("is that of the package, its dependency, the binary, the pinned schema and the generated code", () => {
    const manifest = JSON.parse(read("package.json"))
    assert.deepStrictEqual(
      [manifest.version, manifest.dependencies["@openai/codex"], codexBinary.version(), pinned.codex],
      Array(4).fill(Protocol.codexVersion)
    )
  })
})

/** Compiles the codecs as they are, or changed, with the builder's real types. */
const compile = (change: (text: string) => string) => {
  const folder = copyOfRepository()
  edit(join(folder, "src/generated/codecs.ts"), (text) =>
    change(text.replace("const S: any = Schema", "const S = Schema").replace("const O: any = Open", "const O = Open"))
  )
  writeFileSync(
    join(folder, "tsconfig.typed.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["src/generated/codecs.ts"] })
  )
  return spawnSync(process.execPath, [tsc, "-p", "tsconfig.typed.json"], { cwd: folder, encoding: "utf8" })
}

describe("codecs.ts", () => {
  it("has the types it claims when the builder is typed", () => {
    const run = compile((text) => text)
    assert.strictEqual(run.stdout, "")
    assert.strictEqual(run.status, 0)
  }, 60_000)

  it("would not compile so with one wrong codec", () => {
    const run = compile((text) => text.replace("text: S.String", "text: S.Number"))
    assert.include(run.stdout, "error TS2322")
  }, 60_000)
})

/** A compiled copy of the generated modules, as users get them, and a program that uses them. */
const consumer = (program: string): string => {
  const folder = copyOfRepository()
  const emit = { noEmit: false, outDir: "dist", rootDir: "src", declarationMap: false }
  writeFileSync(
    join(folder, "tsconfig.emit.json"),
    JSON.stringify({ extends: "./tsconfig.json", compilerOptions: emit, include: ["src/generated"] })
  )
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.emit.json"], { cwd: folder })
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ ...JSON.parse(read("tsconfig.json")), include: ["consumer.ts"] })
  )
  writeFileSync(join(folder, "consumer.ts"), program)
  return folder
}

/** What an editor shows over the first occurrence of each of `places` in a file. */
const hovers = async (folder: string, file: string, places: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
  const server = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] })
  const waiting = new Map<number, (result: unknown) => void>()
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message })
    server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }
  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      const id = waiting.size + 1
      waiting.set(id, resolve)
      send({ id, method, params })
    })
  let bytes = Buffer.alloc(0)
  server.stdout.on("data", (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const length = /^Content-Length: (\d+)\r\n\r\n/.exec(bytes.toString("latin1"))
      if (length === null) return
      const start = length[0].length
      const end = start + Number(length[1])
      if (bytes.length < end) return
      const message = JSON.parse(bytes.subarray(start, end).toString())
      bytes = bytes.subarray(end)
      if (message.method === undefined) waiting.get(message.id)?.(message.result)
      else if (message.id !== undefined) send({ id: message.id, result: null })
    }
  })
  const uri = pathToFileURL(join(folder, file)).href
  const text = readFileSync(join(folder, file), "utf8")
  await ask("initialize", {
    processId: null,
    rootUri: pathToFileURL(folder).href,
    capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } }
  })
  send({ method: "initialized", params: {} })
  send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "typescript", version: 1, text } }
  })
  const found: Array<string> = []
  for (const place of places) {
    const before = text.slice(0, text.indexOf(place)).split("\n")
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 }
    const hover = await ask("textDocument/hover", { textDocument: { uri }, position })
    const shown = /^```\w*\n([^]*?)\n```/.exec(Object(Object(hover).contents).value ?? Object(hover).contents)
    found.push(shown?.[1] ?? JSON.stringify(hover))
  }
  server.kill()
  return found
}

describe("the cost to those who use the package", () => {
  it("stays small: declaration files, import time", () => {
    const folder = consumer("export {}")
    const out = join(folder, "dist/generated")
    const declarations = readdirSync(out).filter((name) => name.endsWith(".d.ts"))
    const bytes = declarations.reduce((sum, name) => sum + statSync(join(out, name)).size, 0)
    assert.isBelow(bytes, 600_000)

    const script = `
      await import("effect/Schema")
      const start = performance.now()
      await import("./dist/generated/methods.js")
      console.log(performance.now() - start)`
    const times = Array.from({ length: 5 }, () =>
      Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: folder, encoding: "utf8" }))
    )
    assert.isBelow(Math.min(...times), 40)
  }, 60_000)

  it("is not paid in the editor, which shows names instead of structures", async () => {
    const folder = consumer(`
      import type { Effect } from "effect"
      import type { ClientRequests } from "./dist/generated/methods.js"
      import type * as T from "./dist/generated/types.js"
      declare const request: <M extends keyof ClientRequests>(
        method: M,
        params: ClientRequests[M]["params"]
      ) => Effect.Effect<ClientRequests[M]["result"], Error>
      export const effect = request("thread/read", { threadId: "1" })
      export declare const someItem: T.ThreadItem
    `)
    assert.deepStrictEqual(await hovers(folder, "consumer.ts", ["effect =", "someItem", "ThreadItem"]), [
      "const effect: Effect.Effect<T.ThreadReadResponse, Error, never>",
      "const someItem: T.ThreadItem",
      "type ThreadItem = T.UnknownByType | T.KnownThreadItem"
    ])
  }, 60_000)
})

/** What a schema allows: its smallest value, its largest, and one for each union member below it. */
const samples = (schema: Json): ReadonlyArray<unknown> => {
  if (typeof schema === "boolean") return [{ any: "thing" }, null]
  if (schema.$ref !== undefined) return samples(pinned.definitions[refName(schema.$ref)] ?? true)
  if (schema.allOf !== undefined) return schema.allOf.flatMap(samples)
  if (schema.enum !== undefined) return schema.enum
  const members = unionMembers(schema)
  if (members !== undefined) {
    // "Or any string, or any object": what is unknown is tested in Protocol.test.ts.
    const known = members.filter((member) => !Array.isArray(asObject(member).type) || schema.properties !== undefined)
    return (known.length === 0 ? members : known).flatMap((member) =>
      samples(
        schema.properties === undefined
          ? member
          : {
              ...asObject(member),
              properties: { ...schema.properties, ...asObject(member).properties },
              required: [...(schema.required ?? []), ...(asObject(member).required ?? [])]
            }
      )
    )
  }
  const types = schema.type === undefined ? ["any"] : typeof schema.type === "string" ? [schema.type] : schema.type
  return types.flatMap((type): ReadonlyArray<unknown> => {
    switch (type) {
      case "string":
        return ["text"]
      case "integer":
      case "number":
        return [7]
      case "boolean":
        return [true]
      case "array":
        return [[], samples(schema.items ?? true)]
      case "object":
        return schema.properties === undefined
          ? [{}, ...samples(schema.additionalProperties ?? true).map((value) => ({ key: value }))]
          : objectSamples(schema.properties, schema.required ?? [])
      default:
        return [null]
    }
  })
}

const objectSamples = (
  properties: { readonly [name: string]: Json },
  required: ReadonlyArray<string>
): ReadonlyArray<unknown> => {
  const values = Object.entries(properties).map(([name, property]) => [name, samples(property)] as const)
  const nth = (n: number) => Object.fromEntries(values.map(([name, list]) => [name, list[n % list.length]]))
  const count = Math.max(1, ...values.map(([, list]) => list.length))
  const smallest = Object.fromEntries(
    values.filter(([name]) => required.includes(name)).map(([name, list]) => [name, list[0]])
  )
  return [smallest, ...Array.from({ length: count }, (_, n) => nth(n))]
}

/** Effect's importer refuses an object with both `properties` and a union; this distributes them. */
const distribute = (schema: Json): Json => {
  if (typeof schema === "boolean") return schema
  const mapped = {
    ...schema,
    ...(schema.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([name, inner]) => [name, distribute(inner)])
          )
        }),
    ...(schema.items === undefined ? {} : { items: distribute(schema.items) }),
    ...(schema.additionalProperties === undefined
      ? {}
      : { additionalProperties: distribute(schema.additionalProperties) })
  }
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const members = schema[keyword]?.map(distribute)
    if (members === undefined) continue
    const { [keyword]: _, properties = {}, required = [], type, ...rest } = mapped
    return schema.properties === undefined
      ? { ...mapped, [keyword]: members }
      : distribute({
          ...rest,
          anyOf: members.map((member) => ({
            ...asObject(member),
            type: type ?? "object",
            properties: { ...properties, ...asObject(member).properties },
            required: [...required, ...(asObject(member).required ?? [])]
          }))
        })
  }
  return mapped
}

/** Codecs that Effect itself makes of the same schema: nothing in them is ours. */
const oracle = (names: ReadonlyArray<string>) => {
  const definitions = Object.fromEntries(
    Object.entries(pinned.definitions)
      .filter(([name]) => !["ServerNotification", "ServerRequest", "ClientRequest"].includes(name))
      .map(([name, schema]) => [name, distribute(schema)])
  )
  const document = JsonSchema.fromSchemaDraft07({ definitions, type: "object" })
  const [first, ...others] = names.map((name) => ({ $ref: `#/$defs/${name}` }))
  if (first === undefined) return assert.fail("no names")
  const schemas = SchemaRepresentation.fromJsonSchemaMultiDocument({ ...document, schemas: [first, ...others] })
  return new Map(names.map((name, index) => [name, schemas[index]]))
}

describe("Effect's own importer of JSON Schema, as a second opinion", () => {
  const methods = methodsOf(pinned.definitions)
  const received = [
    ...methods.clientRequests.map(
      ({ method, result }) => [method, result, Protocol.methods.clientRequestResults] as const
    ),
    ...methods.serverRequests.map(
      ({ method, params }) => [method, params, Protocol.methods.serverRequestParams] as const
    ),
    ...methods.serverNotifications.map(
      ({ method, params }) => [method, params, Protocol.methods.serverNotificationParams] as const
    )
  ].flatMap(([method, name, table]) => (name === undefined ? [] : [{ method, name, codec: table.get(method) }]))
  const schemas = oracle([...new Set(received.map(({ name }) => name))])

  const opinions = (name: string, codec: Schema.Codec<unknown> | undefined, value: unknown) => {
    const second = schemas.get(name)
    if (codec === undefined || second === undefined) return assert.fail(`no codec for ${name}`)
    return {
      ours: decoder(codec)(value),
      // Type boundary: the importer can't know at compile time that its schemas need no services.
      theirs: Schema.decodeUnknownExit(second as Schema.Codec<unknown>)(value)
    }
  }

  it("agrees that every message the schema allows is read, and we lose nothing of it", () => {
    let count = 0
    for (const { method, name, codec } of received) {
      for (const sample of samples({ $ref: name })) {
        const { ours, theirs } = opinions(name, codec, sample)
        assert.isTrue(Exit.isSuccess(theirs), `${method}: ${JSON.stringify(sample)}`)
        assert.deepStrictEqual(ours, Exit.succeed(sample), method)
        count += 1
      }
    }
    assert.isAbove(count, 1000)
  }, 60_000)

  it("agrees that a message without one of its required fields is refused", () => {
    let count = 0
    for (const { method, name, codec } of received) {
      const schema = asObject(pinned.definitions[name])
      const [whole] = samples({ $ref: name })
      if (schema.properties === undefined || unionMembers(schema) !== undefined) continue
      for (const key of schema.required ?? []) {
        if (Object.hasOwn(asObject(schema.properties[key]), "default")) continue
        const { [key]: _, ...rest } = Object(whole)
        const { ours, theirs } = opinions(name, codec, rest)
        assert.isTrue(Exit.isFailure(theirs), `${method} without ${key}, theirs`)
        assert.isTrue(Exit.isFailure(ours), `${method} without ${key}, ours`)
        count += 1
      }
    }
    assert.isAbove(count, 300)
  }, 60_000)
})

describe("direction", () => {
  const definitions = parse(pinned.definitions, pinned.experimental)
  const directions = directionsOf(definitions, methodsOf(pinned.definitions))
  const types = read("src/generated/types.ts")

  it("splits exactly what goes both ways and opens", () => {
    assert.isTrue(directions.split.has("UserInput"))
    assert.isFalse(directions.split.has("TextElement"))
    assert.isFalse(directions.split.has("ThreadItem"))
    assert.isFalse(directions.split.has("ThreadStartParams"))
    for (const name of directions.split) assert.match(types, new RegExp(`export (type|interface) ${name}Param\\b`))
  })

  it("names every definition once for each of its forms", () => {
    const names = [...types.matchAll(/^export (?:type|interface) (\w+)/gm)].map((match) => match[1])
    assert.strictEqual(new Set(names).size, names.length)
    for (const name of [...directions.received, ...directions.sent]) assert.include(names, name)
  })
})

/** The three lines before a declaration. */
const before = (text: string, declaration: string) => {
  const lines = text.split("\n")
  const at = lines.findIndex((line) => line.startsWith(declaration))
  assert.isAbove(at, 0, declaration)
  return lines.slice(at - 3, at).join("\n")
}

describe("fields", () => {
  it("with a default may be absent, even where the schema requires them", () => {
    const definitions = parse(
      {
        Example: {
          type: "object",
          required: ["given", "defaulted"],
          properties: {
            given: { type: "string" },
            defaulted: { type: "string", default: "" },
            free: { type: "string" }
          }
        }
      },
      { methods: [], definitions: [], members: [] }
    )
    const shape = definitions.get("Example")?.shape
    if (shape?.kind !== "object") return assert.fail("not an object")
    assert.deepStrictEqual(
      shape.fields.map((field) => [field.name, field.isOptional]),
      [
        ["given", false],
        ["defaulted", true],
        ["free", true]
      ]
    )
  })
})

describe("docs of the types", () => {
  const types = read("src/generated/types.ts")
  const methods = read("src/generated/methods.ts")

  it("mark experimental methods, definitions and fields", () => {
    const note = "Experimental: needs `experimentalApi`."
    assert.include(before(methods, '  readonly "thread/queue/list"'), note)
    assert.notInclude(before(methods, '  readonly "thread/start"'), note)
    assert.include(before(types, "  readonly dynamicTools?: "), note)
    assert.strictEqual(pinned.experimental.methods.length, 76)
  })
})
