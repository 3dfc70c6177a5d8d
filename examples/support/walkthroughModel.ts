/**
 * The embedded Codex of the walkthrough: a temporary home without a login, an issuer of logins on loopback, and a model
 * with one answer for each step. Also prints where a step begins. Not part of what the walkthrough shows.
 */
import { NodeServices } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"
import type { Codex } from "effect-codex"
import { CodexTest, LoginIssuer, MockModel } from "effect-codex/testing"
import * as Script from "./script.ts"

/** Prints the name of the next step. `npm run walkthrough` cuts the output at these lines. */
export const step = (name: string): Effect.Effect<void> => Console.log(`── ${name}`)

/** A reply that asks for a command outside of the sandbox. */
const escalate = (cmd: string) => MockModel.response([MockModel.execCommand({ cmd, escalate: "it is asked for" })])

const model: MockModel.Options = Script.inOrder(
  MockModel.reply("Jupiter: all other planets would fit into it."),
  MockModel.deltas(["Bands of cloud in rows, ", "a red storm older than us, ", "moons like scattered pearls."]),
  Script.endless("Metis, Adrastea, Amalthea"),
  MockModel.reply("Io, Europa, Ganymede and Callisto are the large ones."),
  escalate("echo 4331 days"),
  escalate("curl example.com"),
  MockModel.reply("A year there has 4331 days. I was not allowed to fetch the page."),
  MockModel.reply(JSON.stringify({ name: "Jupiter", moons: ["Io", "Europa", "Ganymede", "Callisto"], rings: true })),
  MockModel.toolCall({ name: "distance", arguments: { from: "Sun", to: "Jupiter" }, callId: "distance" }),
  MockModel.respondWith((request) => MockModel.reply(`It is ${request.toolOutput("distance")} million km.`)),
  MockModel.reply("You asked me first for the largest planet."),
  MockModel.failed({ code: "insufficient_quota", message: "no more" })
)

const services = Layer.mergeAll(MockModel.layer(model), LoginIssuer.layer(), NodeServices.layer)

/** Options of a process that uses the embedded model, and needs a login. */
const options = Effect.gen(function* () {
  const { configToml } = yield* MockModel.MockModel
  const issuer = yield* LoginIssuer.LoginIssuer
  const { codexHome, env, workspace } = yield* CodexTest.makeHome(
    configToml({ requiresOpenaiAuth: true, settings: issuer.config })
  )
  return { codexHome, cwd: workspace, env: { ...env, ...issuer.env }, inheritEnv: false }
})

/** Runs a program with these options, and removes the home afterwards. */
export const withEmbedded = <E>(use: (options: Codex.Options) => Effect.Effect<void, E>) =>
  Effect.flatMap(options, use).pipe(Effect.scoped, Effect.provide(services))
