/**
 * Tests programs that use this package: with a scripted model, and a Codex on the real binary that uses it.
 *
 * @since 0.169.0
 */
export * as CodexTest from "./CodexTest.ts"
export * as LoginIssuer from "./LoginIssuer.ts"
export * as MockModel from "./MockModel.ts"
export * as ThreadStoreConformance from "./ThreadStoreConformance.ts"
