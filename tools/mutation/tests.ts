/**
 * Which tests are run against the mutants of which part of `src`. They are the nearest ones: a mutant that only a test from farther away would
 * catch counts as a survivor.
 */

export interface Part {
  /** A directory of `src`, or one file. */
  readonly path: string
  readonly tests: ReadonlyArray<string>
}

export const parts: ReadonlyArray<Part> = [
  {
    path: "src/internal/approval",
    tests: [
      "test/Approval.test.ts",
      "test/internal/approval/**/*.test.ts",
      "test/permissions/**/*.test.ts",
      "test/serverRequests/{allow*,describe,faults,policies,records,unknownFields}.test.ts"
    ]
  },
  {
    path: "src/internal/errors",
    tests: [
      "test/{CodexError,errors,guards}.test.ts",
      "test/shownErrors.test.ts",
      "test/internal/errors/**/*.test.ts",
      "test/codexClient/{calls,olderServer}.test.ts"
    ]
  },
  {
    path: "src/internal/process",
    tests: [
      "test/internal/process/**/*.test.ts",
      "test/appServer/{end,environment,options,registry,shellPolicy,shutdown,start,stderr}.test.ts"
    ]
  },
  {
    path: "src/internal/serverRequests",
    tests: [
      "test/serverRequests/{answers,bounds,close,describe,engine,faults,fibers,kinds,offers,policies,records,unknownFields}.test.ts",
      "test/elicitation/{answers,forms}.test.ts",
      "test/codexClient/unhandled.test.ts",
      "test/internal/serverRequests/**/*.test.ts"
    ]
  },
  {
    path: "src/internal/turn",
    tests: [
      "test/turn/{elsewhere,events,finalState,insisting,interrupt,limits,openRequests,optionNames}.test.ts",
      "test/turn/{result,retrying,send,start,state,unreadable,unsubscribed,warnings}.test.ts",
      "test/shownErrors.test.ts",
      "test/internal/turn/**/*.test.ts",
      // For the keys of turns.
      "test/thread/{keys,runOnce}.test.ts",
      // For the admission of turns.
      "test/internal/pool/turnGate.test.ts",
      "test/pool/tenants.test.ts"
    ]
  },
  { path: "src/CodexClient.ts", tests: ["test/codexClient/**/*.test.ts"] },
  { path: "src/testing/loginPages.ts", tests: ["test/testing/loginPages.test.ts"] }
]

/** The parts that are run when none is named. */
export const usual: ReadonlyArray<string> = parts
  .map(({ path }) => path)
  .filter((path) => path.startsWith("src/internal/"))

/**
 * Files whose mutants never run: they choose the processes that get a signal, so a mutant of them can end every process of the machine.
 */
export const dangerous: ReadonlySet<string> = new Set([
  "src/internal/process/leftovers.ts",
  "src/internal/process/processGroup.ts",
  "src/internal/process/processTable.ts",
  "src/internal/process/reaper.ts",
  "src/internal/process/registry.ts"
])
