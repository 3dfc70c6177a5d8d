/**
 * Creates the Codex homes of the tenants of an example. Not part of what the example shows:
 *
 * - by default they use the embedded model, and each tenant has a made-up key;
 * - with `OPENAI_API_KEY` set, all of them log in with that key; with `OPENAI_BASE_URL` too, at that model provider;
 * - with `--home`, each home has a copy of your own login.
 *
 * All homes are deleted at the end.
 */
import { NodeServices } from "@effect/platform-node"
import { Config, Context, Effect, FileSystem, Layer, Option, Path, Redacted } from "effect"
import { Account, type Codex, CodexHome } from "effect-codex"
import { MockModel } from "effect-codex/testing"
import * as Setup from "./setup.ts"

export interface Tenant {
  readonly options: Codex.Options
  /** Logs in with the key of the tenant, if the home has no login. */
  readonly login: ReturnType<typeof Account.withApiKey>
}

/** The tenants by name. */
export class Tenants extends Context.Service<Tenants, ReadonlyMap<string, Tenant>>()("examples/Tenants") {}

/** Creates the homes of tenants, each with its instructions. */
export const layer = (instructions: { readonly [tenant: string]: string }, answers: MockModel.Options) =>
  Layer.effect(
    Tenants,
    Effect.gen(function* () {
      const choice = yield* Setup.choice
      const model = yield* MockModel.MockModel
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const tenants = new Map<string, Tenant>()
      for (const [tenant, text] of Object.entries(instructions)) {
        const { codexHome, env } = yield* CodexHome.make(
          choice._tag === "Embedded"
            ? { configToml: model.configToml({ requiresOpenaiAuth: true }) }
            : { auth: choice._tag === "Home" ? "copy" : "none" }
        )
        yield* fs.writeFileString(path.join(codexHome, "AGENTS.md"), text)
        const baseUrl = choice._tag === "ApiKey" ? choice.baseUrl : Option.none()
        tenants.set(tenant, {
          login: Account.withApiKey(
            Config.succeed(choice._tag === "ApiKey" ? choice.key : Redacted.make(`sk-of-${tenant}`))
          ),
          options: {
            codexHome,
            env: { ...env, OPENAI_API_KEY: undefined },
            config: Option.match(baseUrl, { onNone: () => ({}), onSome: ({ href }) => ({ openai_base_url: href }) })
          }
        })
      }
      return tenants
    })
  ).pipe(Layer.provide(MockModel.layer(answers)), Layer.provide(NodeServices.layer))
