/**
 * The modules of all attacks, in the order of their groups.
 */
export const modules: ReadonlyArray<string> = [
  "./approvals/ownPaths.ts",
  "./approvals/escapes.ts",
  "./approvals/guarded.ts",
  "./approvals/changes.ts",
  "./approvals/commands.ts",
  "./approvals/commandFields.ts",
  "./approvals/requests.ts",
  "./approvals/questions.ts",
  "./approvals/real.ts",
  "./secrets/masked.ts",
  "./secrets/errors.ts",
  "./secrets/leaks.ts",
  "./secrets/turns.ts",
  "./server/lines.ts",
  "./server/slow.ts",
  "./server/floods.ts",
  "./process/left.ts",
  "./process/starts.ts",
  "./package/shown.ts",
  "./package/contents.ts"
].map((path) => import.meta.resolve(path))
