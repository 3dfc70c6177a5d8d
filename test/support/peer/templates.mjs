/**
 * The peer's templates: JSON in which `$params.threadId`, `${i}` and the like stand for what is known when it is sent. Compiled once, so that a
 * flood costs little.
 */
const codexHome = process.env.CODEX_HOME ?? `${process.env.HOME ?? ""}/.codex`
/** How often each method was called. */
export const counts = new Map()
/** What the client has answered. */
export const answers = []

const roots = {
  id: (context) => context.id,
  method: (context) => context.method,
  params: (context) => context.params,
  call: (context) => context.call,
  answer: (context) => context.answer,
  i: (context) => context.i,
  answers: () => answers,
  counts: () => Object.fromEntries(counts),
  pid: () => process.pid,
  cwd: () => process.cwd(),
  codexHome: () => codexHome,
  now: () => Date.now()
}
const reference = /^\$(id|method|params|call|answers|answer|i|counts|pid|cwd|codexHome|now)((?:\.[^.{}]+)*)$/
const inText = /\$\{(id|method|params|call|answers|answer|i|counts|pid|cwd|codexHome|now)((?:\.[^.{}]+)*)\}/g

export const lookUp = (root, path) => {
  const keys = path === "" ? [] : path.slice(1).split(".")
  return (context) => {
    let value = roots[root](context)
    for (const key of keys) {
      value = value !== null && typeof value === "object" && Object.hasOwn(value, key) ? value[key] : undefined
    }
    return value
  }
}
const inner = (text) => JSON.stringify(text).slice(1, -1)

/** JSON text as a list of literals and of functions of a context; neighbouring literals are one. */
export const compile = (value) => {
  const parts = []
  const literal = (text) => {
    if (typeof parts.at(-1) === "string") parts[parts.length - 1] += text
    else parts.push(text)
  }
  const dynamic = (root, render) => parts.push(Object.assign(render, { each: root === "i" }))
  const visitText = (text) => {
    const whole = reference.exec(text)
    if (whole !== null) {
      const get = lookUp(whole[1], whole[2])
      return dynamic(whole[1], (context) => JSON.stringify(get(context)) ?? "null")
    }
    literal('"')
    let from = 0
    for (const match of text.matchAll(inText)) {
      literal(inner(text.slice(from, match.index)))
      const get = lookUp(match[1], match[2])
      dynamic(match[1], (context) => {
        const found = get(context)
        return typeof found === "number" ? String(found) : inner(String(found))
      })
      from = match.index + match[0].length
    }
    literal(inner(text.slice(from)) + '"')
  }
  const visit = (value) => {
    if (typeof value === "string") return visitText(value)
    if (value === null || typeof value !== "object") return literal(JSON.stringify(value) ?? "null")
    if (Array.isArray(value)) {
      literal("[")
      value.forEach((entry, index) => {
        if (index > 0) literal(",")
        visit(entry)
      })
      return literal("]")
    }
    const entries = Object.entries(value)
    if (entries.length === 1 && entries[0][0] === "$repeat") {
      const [text, times] = entries[0][1]
      return dynamic("", () => `"${inner(text).repeat(times)}"`)
    }
    literal("{")
    entries.forEach(([key, entry], index) => {
      literal(`${index > 0 ? "," : ""}${JSON.stringify(key)}:`)
      visit(entry)
    })
    return literal("}")
  }
  visit(value)
  return parts
}

export const render = (parts, context) => {
  let text = ""
  for (const part of parts) text += typeof part === "string" ? part : part(context)
  return text
}

/** Resolves all that stays the same over a flood; what depends on `i` stays a function. */
export const settle = (parts, context) => {
  const settled = []
  for (const part of parts) {
    const next = typeof part === "string" || part.each ? part : part(context)
    if (typeof next === "string" && typeof settled.at(-1) === "string") settled[settled.length - 1] += next
    else settled.push(next)
  }
  return settled
}
