/**
 * For tests of programs that use this package: a model that answers from a script, and a Codex on the real binary that talks to it.
 *
 * @since 0.169.0
 */
export * as CodexTest from "./CodexTest.ts"
export * as LoginIssuer from "./LoginIssuer.ts"
export * as MockModel from "./MockModel.ts"
