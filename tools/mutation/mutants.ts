/**
 * The mutants of some files, as Stryker makes them, and a uniform sample of them.
 */
import { createInstrumenter } from "@stryker-mutator/instrumenter"
import { commonTokens } from "@stryker-mutator/api/plugin"
import type { Mutant, MutantResult } from "@stryker-mutator/api/core"
import { readFileSync } from "node:fs"
import { createInjector } from "typed-inject"

/** The file of a mutant, from `src` on. */
export const fileOf = ({ fileName }: Mutant): string => fileName.slice(fileName.lastIndexOf("src/"))

/** What identifies a mutant from one run to another of the same tree. */
export const keyOf = (mutant: Mutant): string => {
  const { end, start } = mutant.location
  const place = [start.line, start.column, end.line, end.column]
  return [fileOf(mutant), ...place, mutant.mutatorName, mutant.replacement].join("\u0000")
}

/** A source with a mutant in it. Lines and columns of a mutant that has not been run count from 0. */
export const mutated = (source: string, { location, replacement }: Mutant): string => {
  const lines = source.split("\n")
  const offset = ({ column, line }: { readonly column: number; readonly line: number }): number =>
    lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0) + column
  return source.slice(0, offset(location.start)) + replacement + source.slice(offset(location.end))
}

/** A result as a mutant again: the places of results count from 1. */
export const fromZero = (result: MutantResult): Mutant => {
  const { end, start } = result.location
  const less = ({ column, line }: typeof start) => ({ column: column - 1, line: line - 1 })
  return { ...result, replacement: result.replacement ?? "", location: { start: less(start), end: less(end) } }
}

const silent = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  fatal: () => {}
}

/** All mutants of the files, which are named relative to the working directory. */
export const all = async (files: ReadonlyArray<string>): Promise<ReadonlyArray<Mutant>> => {
  const injector = createInjector()
    .provideValue(commonTokens.getLogger, () => silent)
    .provideValue(commonTokens.logger, silent)
  // Type boundary: the instrumenter takes an injector with more in it than it uses.
  const instrumenter = injector.injectFunction(createInstrumenter as never) as ReturnType<typeof createInstrumenter>
  const sources = files.map((name) => ({ name, content: readFileSync(name, "utf8"), mutate: true as const }))
  const { mutants } = await instrumenter.instrument(sources, { ignorers: [], excludedMutations: [], plugins: null })
  return mutants.filter(({ status }) => status !== "Ignored")
}

/** So many of the values, each as likely as any other; the same ones for the same seed. All of them if there are fewer. */
export const sample = <A>(values: ReadonlyArray<A>, size: number, seed: number): ReadonlyArray<A> => {
  const random = numbers(seed)
  const left = [...values]
  const chosen: Array<A> = []
  while (chosen.length < size && left.length > 0) {
    chosen.push(...left.splice(Math.floor(random() * left.length), 1))
  }
  return chosen
}

/** Numbers from 0 to below 1 (mulberry32) that repeat themselves for the same seed. */
const numbers = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
