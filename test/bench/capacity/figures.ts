/**
 * The figures of `docs/capacity.md`: what was measured, what is assumed, and what follows for a number of threads. The
 * page shows nothing else.
 */

/** A turn of one model request, or one that also runs a command. */
export type Kind = "text" | "command"

/** What one turn costs. */
export interface TurnCost {
  readonly serverCpuMs: number
  readonly programCpuMs: number
  /** Transactions; most are of one statement. */
  readonly commits: number
  /** Rows that are inserted, updated or deleted. */
  readonly rows: number
  readonly walBytes: number
  readonly rolloutBytes: number
  readonly databaseBytes: number
}

/** What was measured. Sizes are in bytes. */
export interface Measured {
  readonly date: string
  readonly on: {
    readonly processor: string
    readonly cores: number
    readonly system: string
    readonly node: string
    readonly codex: string
  }
  readonly startMs: number
  readonly memory: {
    readonly serverPrivate: number
    readonly serverShared: number
    readonly program: number
    readonly threadInServer: number
    readonly threadInProgram: number
  }
  readonly idleRunner: {
    readonly commitsPerSecond: number
    readonly rowsPerSecond: number
    readonly cpuMsPerSecond: number
  }
  readonly turn: { readonly [K in Kind]: TurnCost }
  readonly resume: { readonly restoredTurnMs: number; readonly loadedTurnMs: number }
}

/** The load of the busy hour. */
export interface Load {
  readonly threads: number
  /** The share of threads in which someone works during the busy hour. */
  readonly activeShare: number
  /** Turns of an active thread. */
  readonly turnsPerHour: number
  /** The mean time of a turn. It is distributed log-normally, and mostly spent by the model. */
  readonly secondsPerTurn: number
  /** Commands that the model runs in a turn. Each is one more model request. */
  readonly commandsPerTurn: number
  /** How long a thread stays loaded after its last turn. */
  readonly idleSeconds: number
  /** The turns of a day, in busy hours. */
  readonly busyHoursPerDay: number
}

/** What a runner has, and how much of it may be used. */
export interface RunnerSize {
  readonly cores: number
  readonly memory: number
  readonly coresUsed: number
  readonly memoryUsed: number
}

/** What a turn of a load costs: the text turn, and the difference to a turn with a command for each command. */
export const turnCost = ({ turn }: Measured, { commandsPerTurn }: Load): TurnCost => {
  const of = (name: keyof TurnCost) =>
    turn.text[name] + commandsPerTurn * Math.max(0, turn.command[name] - turn.text[name])
  return {
    serverCpuMs: of("serverCpuMs"),
    programCpuMs: of("programCpuMs"),
    commits: of("commits"),
    rows: of("rows"),
    walBytes: of("walBytes"),
    rolloutBytes: of("rolloutBytes"),
    databaseBytes: of("databaseBytes")
  }
}

/**
 * What follows for a steady load by Little's law: the number of something is the rate at which it comes times the time
 * that it stays. The simulation adds how far the load is from its mean, and how unevenly runners share it.
 */
export const closedForm = (load: Load) => {
  const active = Math.round(load.threads * load.activeShare)
  const turnsPerSecond = (active * load.turnsPerHour) / 3600
  const pause = 3600 / load.turnsPerHour - load.secondsPerTurn
  const loadedPause = pause * (1 - Math.exp(-load.idleSeconds / pause))
  return {
    active,
    pause,
    turnsPerSecond,
    running: turnsPerSecond * load.secondsPerTurn,
    loaded: turnsPerSecond * (load.secondsPerTurn + loadedPause)
  }
}
