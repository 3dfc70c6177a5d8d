/** The tables and the plot of `docs/capacity.md`. Each figure comes from the stored results. */
import type { Measured } from "./figures.ts"
import type { Needs } from "./simulate.ts"

/** What `results.json` has. */
export interface Results {
  readonly measured: Measured
  /** By number of threads. */
  readonly needs: ReadonlyArray<Needs>
}

const MiB = 2 ** 20
const GiB = 2 ** 30
const KiB = 2 ** 10

/** A number with three significant digits, and commas. */
export const show = (value: number): string =>
  (value >= 100
    ? Math.round(Number(value.toPrecision(3)))
    : Number(value.toPrecision(value < 1 ? 2 : 3))
  ).toLocaleString("en-US", { maximumFractionDigits: 3 })

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

/** What was measured. */
export const measuredTable = ({ idleRunner, memory, on, resume, startMs, date, turn }: Measured): string =>
  [
    `Measured on ${date}: ${on.cores} cores (${on.processor}), ${on.system}, Node ${on.node}, codex ${on.codex}.`,
    "",
    table(
      ["of a turn", "with text only", "with one command"],
      [
        [
          "processor time of the app-server",
          `${show(turn.text.serverCpuMs)} ms`,
          `${show(turn.command.serverCpuMs)} ms`
        ],
        [
          "processor time of the program",
          `${show(turn.text.programCpuMs)} ms`,
          `${show(turn.command.programCpuMs)} ms`
        ],
        ["transactions in PostgreSQL", show(turn.text.commits), show(turn.command.commits)],
        ["rows written", show(turn.text.rows), show(turn.command.rows)],
        ["write-ahead log", `${show(turn.text.walBytes / KiB)} KiB`, `${show(turn.command.walBytes / KiB)} KiB`],
        [
          "the thread's files grow by",
          `${show(turn.text.rolloutBytes / KiB)} KiB`,
          `${show(turn.command.rolloutBytes / KiB)} KiB`
        ],
        [
          "the database grows by",
          `${show(turn.text.databaseBytes / KiB)} KiB`,
          `${show(turn.command.databaseBytes / KiB)} KiB`
        ]
      ]
    ),
    "",
    table(
      ["of a runner", ""],
      [
        ["start, until it takes its first turn", `${show(startMs / 1000)} s`],
        [
          "memory of the app-server alone",
          `${show(memory.serverPrivate / MiB)} MiB, and ${show(memory.serverShared / MiB)} MiB of its program file, which processes of a machine share`
        ],
        ["memory of the program", `${show(memory.program / MiB)} MiB`],
        [
          "memory of a loaded thread",
          `${show(memory.threadInServer / MiB)} MiB in the app-server, ${show(memory.threadInProgram / MiB)} MiB in the program`
        ],
        [
          "without any turn: transactions, rows, processor time",
          `${show(idleRunner.commitsPerSecond)} a second, ${show(idleRunner.rowsPerSecond)} a second, ${show(idleRunner.cpuMsPerSecond / 10)} % of a core`
        ],
        [
          "a turn on a thread that is loaded; that comes from the store",
          `${show(resume.loadedTurnMs)} ms; ${show(resume.restoredTurnMs)} ms, without the model's own time`
        ]
      ]
    )
  ].join("\n")

/** What a number of threads needs. */
export const needsTable = (needs: ReadonlyArray<Needs>): string => {
  const row = (name: string, of: (each: Needs) => string) => [name, ...needs.map(of)]
  return table(
    ["threads", ...needs.map(({ load }) => load.threads.toLocaleString("en-US"))],
    [
      row("active in the busy hour", ({ active }) => show(active)),
      row("turns a second", ({ turnsPerSecond }) => show(turnsPerSecond)),
      row("turns at the same time: mean, peak", ({ running }) => `${show(running.mean)}, ${show(running.peak)}`),
      row("threads loaded: mean, peak", ({ loaded }) => `${show(loaded.mean)}, ${show(loaded.peak)}`),
      row("**runners** that carry it, and one to spare", ({ runners }) => `**${runners} + 1**`),
      row("processes (each runner: the program, its app-server)", ({ runners }) => show(2 * (runners + 1))),
      row("cores in use, of all runners", ({ cores }) => show(cores)),
      row("memory, of all runners", ({ memory }) => `${show(memory / GiB)} GiB`),
      row("memory of the busiest runner", ({ busiest }) => `${show(busiest.memory / GiB)} GiB`),
      row("turns that the death of a runner interrupts, at most", ({ busiest }) => show(busiest.running)),
      row("`shardsPerGroup`", ({ shards }) => show(shards)),
      row("transactions a second in PostgreSQL", ({ commitsPerSecond }) => show(commitsPerSecond)),
      row("rows written a second", ({ rowsPerSecond }) => show(rowsPerSecond)),
      row("write-ahead log a second", ({ walPerSecond }) => `${show(walPerSecond / KiB)} KiB`),
      row("stored a day", ({ storedPerDay }) => `${show(storedPerDay / GiB)} GiB`)
    ]
  )
}

/** The assumptions of a load. */
export const loadText = ({ load }: Needs): string =>
  [
    `${show(load.activeShare * 100)} % of the threads are active in the busy hour, with ${load.turnsPerHour} turns each.`,
    `A turn takes ${load.secondsPerTurn} s on average, mostly in the model, and runs ${load.commandsPerTurn} commands.`,
    `A thread stays loaded for ${load.idleSeconds} s after its turn.`,
    `A day has as many turns as ${load.busyHoursPerDay} busy hours.`
  ]
    .map((line) => `- ${line}`)
    .join("\n")

const series = [
  { name: "turns at the same time", of: ({ running }: Needs) => running.peak, dash: "" },
  { name: "transactions a second", of: ({ commitsPerSecond }: Needs) => commitsPerSecond, dash: "6 3" },
  { name: "memory, GiB", of: ({ memory }: Needs) => memory / GiB, dash: "2 3" },
  { name: "runners", of: ({ runners }: Needs) => runners + 1, dash: "9 3 2 3" }
] as const

/** A plot on logarithmic axes, which light and dark pages show. Lines differ by their dashes, too. */
export const plot = (needs: ReadonlyArray<Needs>): string => {
  const [left, top, right, bottom] = [64, 36, 520, 300]
  const log = Math.log10
  const ys = needs.flatMap((each) => series.map(({ of }) => log(of(each))))
  const low = Math.floor(Math.min(...ys))
  const high = Math.ceil(Math.max(...ys))
  const first = log(needs[0]?.load.threads ?? 1)
  const last = log(needs.at(-1)?.load.threads ?? 10)
  const x = (threads: number) => left + ((log(threads) - first) / (last - first)) * (right - left)
  const y = (value: number) => bottom - ((log(value) - low) / (high - low)) * (bottom - top)
  const powers = Array.from({ length: high - low + 1 }, (_, index) => low + index)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 340" role="img" aria-label="What a number of threads needs">`,
    `<style>text{font:12px system-ui,sans-serif;fill:#57606a}.title{font-size:14px;fill:#1f2328}.grid{stroke:#d0d7de}.s0{stroke:#0969da}.s1{stroke:#bc4c00}.s2{stroke:#1a7f37}.s3{stroke:#8250df}path{fill:none;stroke-width:2}@media(prefers-color-scheme:dark){text{fill:#9198a1}.title{fill:#f0f6fc}.grid{stroke:#3d444d}.s0{stroke:#4493f8}.s1{stroke:#db6d28}.s2{stroke:#3fb950}.s3{stroke:#ab7df8}}</style>`,
    `<text class="title" x="${left}" y="20">What a number of threads needs in the busy hour</text>`,
    ...powers.flatMap((power) => {
      const at = y(10 ** power).toFixed(1)
      return [
        `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>`,
        `<text x="${left - 8}" y="${at}" dy="4" text-anchor="end">${(10 ** power).toLocaleString("en-US")}</text>`
      ]
    }),
    ...needs.map(
      ({ load }) =>
        `<text x="${x(load.threads).toFixed(1)}" y="${bottom + 20}" text-anchor="middle">${load.threads.toLocaleString("en-US")}</text>`
    ),
    `<text x="${right}" y="${bottom + 36}" text-anchor="end">threads</text>`,
    ...series.map(({ dash, of }, index) => {
      const points = needs.map((each) => `${x(each.load.threads).toFixed(1)},${y(of(each)).toFixed(1)}`)
      return `<path class="s${index}" d="M${points.join(" L")}"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`
    }),
    ...labels(needs.at(-1), y).map(
      ({ at, name }) => `<text x="${right + 10}" y="${at.toFixed(1)}" dy="4">${name}</text>`
    ),
    "</svg>",
    ""
  ].join("\n")
}

/** The names of the lines at their ends, from the top, moved down where they would overlap. */
const labels = (end: Needs | undefined, y: (value: number) => number) => {
  let last = Number.NEGATIVE_INFINITY
  return (end === undefined ? [] : series.map(({ name, of }) => ({ name, at: y(of(end)) })))
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, name }) => ({ name, at: (last = Math.max(at, last + 15)) }))
}

/** Puts text between the markers of a page. */
export const replaced = (page: string, marker: string, text: string): string => {
  const [begin, end] = [`<!-- capacity: ${marker} -->`, `<!-- capacity: end of ${marker} -->`]
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`The page has no marker "${marker}".`)
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}

/** The page with the results in it. */
export const rendered = (page: string, { measured, needs }: Results): string => {
  const shown = needs.filter(({ load }) => [1e3, 1e5, 1e7].includes(load.threads))
  const [first] = needs
  return [
    ["measured", measuredTable(measured)] as const,
    ["load", first === undefined ? "" : loadText(first)] as const,
    ["needs", needsTable(shown)] as const
  ].reduce((text, [marker, content]) => replaced(text, marker, content), page)
}
