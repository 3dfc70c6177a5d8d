/** The process of one import: takes lists of modules, and prints how long each list took, as JSON. */
const lists: ReadonlyArray<ReadonlyArray<string>> = JSON.parse(process.argv[2] ?? "[]")
const found: Array<number> = []
for (const list of lists) {
  const start = performance.now()
  for (const module of list) await import(module)
  found.push(performance.now() - start)
}
process.stdout.write(JSON.stringify(found))
