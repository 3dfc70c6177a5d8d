/**
 * Draws the lines of a terminal as an SVG: no fonts or files of others, readable in light and in dark mode. Its lines
 * appear one after the other, once, where movement is welcome; in all other places the picture is still, and complete.
 */

const lineHeight = 19
const characterWidth = 7.85
const top = 58
const margin = 20

/** How a line looks, and how long it takes until it is there. */
interface Kind {
  readonly name: string
  readonly seconds: number
}

const kinds: ReadonlyArray<readonly [RegExp, Kind]> = [
  [/^you> \S/, { name: "you", seconds: 1.6 }],
  [/^you>/, { name: "you", seconds: 0.8 }],
  [/^\[y\]es/, { name: "ask", seconds: 1.4 }],
  [/^(?:May |Change )/, { name: "ask", seconds: 0.6 }],
  [/^\[\d+ s/, { name: "dim", seconds: 0.5 }],
  [/^(?:Type a message|\/help)/, { name: "dim", seconds: 0.3 }],
  [/^(?:\$|±) /, { name: "act", seconds: 0.7 }],
  [/^ {4}\+/, { name: "add", seconds: 0.1 }],
  [/^ {2}/, { name: "dim", seconds: 0.1 }]
]

const kindOf = (line: string): Kind => kinds.find(([what]) => what.test(line))?.[1] ?? { name: "text", seconds: 0.9 }

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

export interface Words {
  readonly title: string
  readonly description: string
  /** What stands above the lines. */
  readonly caption: string
}

/** Returns the SVG of these lines. */
export const draw = (lines: ReadonlyArray<string>, words: Words): string => {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * characterWidth + 2 * margin)
  const height = top + lines.length * lineHeight
  let seconds = 0
  const texts = lines.map((line, index) => {
    const { name, seconds: more } = kindOf(line)
    seconds += more
    const place = `x="${margin}" y="${top + index * lineHeight}"`
    return `  <text class="${name}" ${place} style="animation-delay: ${seconds.toFixed(1)}s">${escape(line)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title desc">
  <title id="title">${escape(words.title)}</title>
  <desc id="desc">${escape(words.description)}</desc>
  <style>
    text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
    .caption { font-family: ui-sans-serif, system-ui, sans-serif; fill: #59636e }
    .you { font-weight: 600; fill: #0969da }
    .ask { fill: #7d4e00 }
    .act { font-weight: 600 }
    .add { fill: #116329 }
    .dim { fill: #59636e }
    .window { fill: #f6f8fa; stroke: #d1d9e0 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc }
      .caption, .dim { fill: #9198a1 }
      .you { fill: #4493f8 }
      .ask { fill: #d29922 }
      .add { fill: #3fb950 }
      .window { fill: #151b23; stroke: #3d444d }
    }
    @media (prefers-reduced-motion: no-preference) {
      text:not(.caption) { animation: appear 1ms backwards }
      @keyframes appear { from { opacity: 0 } }
    }
  </style>
  <rect class="window" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
  <text class="caption" x="${margin}" y="24">${escape(words.caption)}</text>
${texts.map((text) => text.replace("<text ", '<text xml:space="preserve" ')).join("\n")}
</svg>
`
}
