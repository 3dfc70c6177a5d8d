/**
 * The modules whose scenarios are the scoreboard of faults, in the order of its table.
 */
const names = [
  "process/exits",
  "process/pipes",
  "process/starts",
  "process/real",
  "process/keys",
  "process/hosts",
  "process/restarts",
  "wire/bytes",
  "wire/replies",
  "wire/mutations",
  "program/interrupts",
  "program/handlers",
  "program/limits",
  "program/lifetimes",
  "load/model",
  "load/many"
]

/** The addresses of the modules. */
export const modules: ReadonlyArray<string> = names.map((name) => import.meta.resolve(`./${name}.ts`))
