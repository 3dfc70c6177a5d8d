/**
 * The processes of a cluster: runners, which have entities, and clients, which only send messages to them. All of them
 * use one SQL database. These layers are those of Effect's cluster with the settings that `failover` explains.
 *
 * @since 0.171.0
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import type { Runners } from "effect/cluster/Runners"
import type { Sharding } from "effect/cluster/Sharding"
import type { ShardingConfig } from "effect/cluster/ShardingConfig"
import * as SingleRunner from "effect/cluster/SingleRunner"
import type { ConfigError } from "effect/Config"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { SocketServerError } from "effect/socket/SocketServer"
import type { SqlClient } from "effect/sql/SqlClient"

/**
 * Settings of Effect's cluster.
 *
 * @category models
 * @since 0.171.0
 */
export type Settings = Partial<ShardingConfig["Service"]>

/**
 * Settings with which another runner takes over the threads of a dead one within seconds.
 *
 * **Details**
 *
 * Effect's defaults suit large clusters: with them, a takeover takes about a minute.
 *
 * - `shardLockExpiration`, 5 s: how long a runner that stopped keeps its threads. A runner that cannot reach the
 *   database for longer loses them, so keep it above the pauses of your database.
 * - `shardLockRefreshInterval`, 1 s: five attempts before the lock expires.
 * - `runnerHealthCheckInterval`, 2 s: how soon the others notice that a runner is dead.
 * - `refreshAssignmentsInterval`, 1 s: how soon they distribute its shards.
 * - `entityMessagePollInterval`, 500 ms: how soon they read the messages that wait for its threads.
 * - `entityReplyPollInterval`, 100 ms: how soon a caller on another runner reads a reply.
 * - `shardsPerGroup`, 60: enough to spread threads evenly over up to about 20 runners. All runners must have the same
 *   number. Each runner refreshes a lock for each of its shards.
 *
 * - `shardLockDisableAdvisory`, `true`: locks are rows with an expiry. An advisory lock of PostgreSQL ends with its
 *   connection, so a database that is started again would interrupt all turns. A takeover takes 2 s longer.
 * - `entityTerminationTimeout`, 15 s (Effect's own): how long a runner that leaves, or that gives a thread away, lets a
 *   turn run on. Then the turn is interrupted. Choose the time that your platform waits after SIGTERM, less 10 s.
 *
 * Each runner makes a few small queries a second.
 *
 * @category settings
 * @since 0.171.0
 */
export const failover: Settings = {
  shardsPerGroup: 60,
  shardLockExpiration: Duration.seconds(5),
  shardLockRefreshInterval: Duration.seconds(1),
  shardLockDisableAdvisory: true,
  runnerHealthCheckInterval: Duration.seconds(2),
  refreshAssignmentsInterval: Duration.seconds(1),
  entityMessagePollInterval: Duration.millis(500),
  entityReplyPollInterval: Duration.millis(100),
  simulateRemoteSerialization: false
}

/**
 * Options of a runner.
 *
 * @category models
 * @since 0.171.0
 */
export interface RunnerOptions {
  /** The host under which other runners reach this one. */
  readonly host: string
  /** The port under which other runners reach this one. */
  readonly port: number
  /** Settings that replace those of `failover`. All runners must have the same `shardsPerGroup`. */
  readonly settings?: Settings | undefined
}

/** What a runner or a client provides. */
export type Services = Sharding | Runners | MessageStorage

/**
 * A runner of a cluster: it has entities, and listens on its port.
 *
 * @category layers
 * @since 0.171.0
 */
export const layer = (options: RunnerOptions): Layer.Layer<Services, ConfigError | SocketServerError, SqlClient> =>
  NodeClusterSocket.layer({
    storage: "sql",
    shardingConfig: {
      ...failover,
      ...options.settings,
      runnerAddress: Option.some(RunnerAddress.make(options.host, options.port))
    }
  })

/**
 * A client of a cluster: it sends messages to entities, and has none.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerClient = (settings?: Settings): Layer.Layer<Services, ConfigError, SqlClient> =>
  NodeClusterSocket.layer({
    clientOnly: true,
    storage: "sql",
    shardingConfig: { ...failover, ...settings, runnerAddress: Option.none() }
  })

/**
 * A cluster of this one process. Messages and replies are in the SQL database all the same, so they outlive the
 * process.
 *
 * @category layers
 * @since 0.171.0
 */
export const layerSingle = (settings?: Settings): Layer.Layer<Services, ConfigError, SqlClient> =>
  SingleRunner.layer({ shardingConfig: { ...failover, ...settings } }).pipe(Layer.provide(NodeCrypto.layerDigest))
