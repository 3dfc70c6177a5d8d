/**
 * Temporary Codex homes that use the embedded model, for programs that build the layer of Codex themselves. Not part of
 * what the examples show.
 */
import { NodeServices } from "@effect/platform-node"
import { Effect, type FileSystem, Layer, type Path, type Scope } from "effect"
import type { Codex } from "effect-codex"
import { CodexTest, MockModel } from "effect-codex/testing"

/** Creates a home, and returns the options that select it. It is removed when the scope closes. */
export const make: Effect.Effect<
  Codex.Options,
  never,
  FileSystem.FileSystem | Path.Path | Scope.Scope | MockModel.MockModel
> = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  const { codexHome, env, workspace } = yield* CodexTest.makeHome(model.configToml())
  return { codexHome, cwd: workspace, env, inheritEnv: false }
}).pipe(Effect.orDie)

/** Provides what `make` requires. */
export const layer = (model: MockModel.Options) => Layer.merge(MockModel.layer(model), NodeServices.layer)
