/**
 * The modules whose scenarios are the scoreboard of faults, in the order of its table.
 */
export const modules: ReadonlyArray<string> = [
  "process/exits",
  "process/pipes",
  "process/starts",
  "wire/bytes",
  "wire/replies",
  "wire/mutations"
].map((name) => import.meta.resolve(`./${name}.ts`))
