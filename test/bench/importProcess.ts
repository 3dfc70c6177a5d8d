/** The process of one import: takes lists of modules, and prints how long each list took, as JSON. */
import { type Sample, timed } from "./rounds.ts"

const lists: ReadonlyArray<ReadonlyArray<string>> = JSON.parse(process.argv[2] ?? "[]")
const found: Array<Sample> = []
for (const list of lists) {
  found.push(
    await timed(async () => {
      for (const module of list) await import(module)
    })
  )
}
process.stdout.write(JSON.stringify(found))
