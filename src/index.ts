/**
 * The Effect SDK for the Codex app-server.
 *
 * @since 0.169.0
 */
export * as Account from "./Account.ts"
export * as Approval from "./Approval.ts"
export * as AppServer from "./AppServer.ts"
export * as Codex from "./Codex.ts"
export * as CodexClient from "./CodexClient.ts"
export * as CodexError from "./CodexError.ts"
export * as CodexHome from "./CodexHome.ts"
export * as CodexPool from "./CodexPool.ts"
export * as DynamicTools from "./DynamicTools.ts"
export * as Elicitation from "./Elicitation.ts"
export * as Goal from "./Goal.ts"
export * as Input from "./Input.ts"
export * as Permissions from "./Permissions.ts"
export * as Printable from "./Printable.ts"
export * as Protocol from "./Protocol.ts"
export * as Retry from "./Retry.ts"
export { retryOnOverload, retryOnOverloadWith } from "./Retry.ts"
export * as Sandbox from "./Sandbox.ts"
export * as ServerRequests from "./ServerRequests.ts"
export * as StructuredOutput from "./StructuredOutput.ts"
export * as Thread from "./Thread.ts"
export * as Transport from "./Transport.ts"
export * as Turn from "./Turn.ts"
export * as UserInput from "./UserInput.ts"
