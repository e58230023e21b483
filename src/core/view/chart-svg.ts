// A chart as SVG text: curves over one axis, with title, ticks, units and names; the same text makes the PNG.

/** Units of the picture, which are pixels at its own size. */
const margins = { left: 76, right: 20, top: 48, bottom: 52 } as const
const legendHeight = 20

export type ChartPoint = { readonly x: number /** undefined: the curve is broken here. */; readonly y: number | undefined }
export type ChartSeries = {
  readonly name: string /** Any colour of SVG. */
  readonly colour: string
  readonly points: readonly ChartPoint[]
}
export type Chart = {
  readonly title: string
  /** What runs along the axis, with its unit: "frame", "time (s)". */
  readonly xTitle: string
  readonly yTitle: string
  readonly series: readonly ChartSeries[]
  /** The upright axis begins at 0 instead of the lowest value. */
  readonly fromZero: boolean
  readonly isDark: boolean
}

/**
 * `width` and `height` in pixels, both at least 200. Steps of both axes are 1, 2 or 5 times a power of ten. Points that are not finite break a curve
 * as undefined ones do; a chart without any point says so. Throws RangeError for a smaller size.
 */
export function chartSvg(chart: Chart, width: number, height: number): string {
  if (!(width >= 200 && height >= 200)) throw new RangeError(`a chart of ${width} x ${height} pixels has no room; 200 x 200 is the least`)
  const tones = chart.isDark
    ? { ground: '#161616', ink: '#eeeeee', faint: '#a8a8a8', line: '#343434' }
    : { ground: '#ffffff', ink: '#1a1a1a', faint: '#5c5c5c', line: '#dcdcdc' }
  const known = chart.series.flatMap(({ points }) => points.filter(isKnown))
  const hasNames = chart.series.length > 1
  const top = margins.top + (hasNames ? legendHeight : 0)
  const [right, bottom] = [width - margins.right, height - margins.bottom]
  const x = axisOf(
    known.map((point) => point.x),
    [margins.left, right],
    Math.max(2, Math.floor((right - margins.left) / 90)),
    false,
  )
  const y = axisOf(
    known.map((point) => point.y),
    [bottom, top],
    Math.max(2, Math.floor((bottom - top) / 48)),
    chart.fromZero,
  )
  const parts = [
    `<rect width="${width}" height="${height}" fill="${tones.ground}"/>`,
    text(chart.title, margins.left, 28, `font-size="16" fill="${tones.ink}"`),
    ...(hasNames ? namesOf(chart.series, tones.ink) : []),
    ...y.ticks.map((at) => `<path d="M${margins.left} ${short(y.place(at))}H${right}" stroke="${tones.line}"/>`),
    ...y.ticks.map((at) =>
      text(wordsOfTick(at, y.step), margins.left - 8, y.place(at) + 4, `text-anchor="end" font-size="12" fill="${tones.faint}"`),
    ),
    ...x.ticks.map((at) => `<path d="M${short(x.place(at))} ${bottom}v5" stroke="${tones.faint}"/>`),
    ...x.ticks.map((at) =>
      text(wordsOfTick(at, x.step), x.place(at), bottom + 19, `text-anchor="middle" font-size="12" fill="${tones.faint}"`),
    ),
    text(chart.xTitle, (margins.left + right) / 2, height - 12, `text-anchor="middle" font-size="13" fill="${tones.ink}"`),
    `<g transform="translate(18 ${short((top + bottom) / 2)}) rotate(-90)">${text(chart.yTitle, 0, 0, `text-anchor="middle" font-size="13" fill="${tones.ink}"`)}</g>`,
    ...chart.series.flatMap(({ points, colour }) => curveOf(points, colour, x.place, y.place)),
    ...(known.length === 0
      ? [
          text(
            'Nothing was read.',
            (margins.left + right) / 2,
            (top + bottom) / 2,
            `text-anchor="middle" font-size="13" fill="${tones.faint}"`,
          ),
        ]
      : []),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">\n${parts.join('\n')}\n</svg>\n`
}

type Known = { readonly x: number; readonly y: number }
const isKnown = (point: ChartPoint): point is Known => Number.isFinite(point.x) && point.y !== undefined && Number.isFinite(point.y)

function axisOf(values: readonly number[], [start, end]: readonly [number, number], most: number, fromZero: boolean) {
  const low = values.reduce((least, value) => Math.min(least, value), fromZero ? 0 : Number.POSITIVE_INFINITY)
  const high = values.reduce((largest, value) => Math.max(largest, value), fromZero ? 0 : Number.NEGATIVE_INFINITY)
  const [from, to] = low < high ? [low, high] : Number.isFinite(low) ? [low, low + 1] : [0, 1]
  const rough = (to - from) / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5].map((times) => times * power).find((size) => size >= rough) ?? 10 * power
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  const ticks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
  return { ticks, step, place: (value: number) => start + ((value - from) / (to - from)) * (end - start) }
}

/** A point that has no neighbour is a dot: a line through it alone would not be seen. */
function curveOf(points: readonly ChartPoint[], colour: string, x: (value: number) => number, y: (value: number) => number): string[] {
  const pieces: Known[][] = [[]]
  for (const point of points)
    if (isKnown(point)) pieces.at(-1)!.push(point)
    else pieces.push([])
  return pieces
    .filter((piece) => piece.length > 0)
    .map((piece) => {
      const places = piece.map((point) => `${short(x(point.x))} ${short(y(point.y))}`)
      return piece.length === 1
        ? `<circle cx="${places[0]!.split(' ')[0]}" cy="${places[0]!.split(' ')[1]}" r="2.5" fill="${escapeXml(colour)}"/>`
        : `<path d="M${places.join('L')}" fill="none" stroke="${escapeXml(colour)}" stroke-width="1.75" stroke-linejoin="round"/>`
    })
}

function namesOf(series: readonly ChartSeries[], ink: string): string[] {
  let left: number = margins.left
  return series.flatMap(({ name, colour }) => {
    const at = left
    left += 44 + name.length * 7.5
    return [
      `<path d="M${at} 46h16" stroke="${escapeXml(colour)}" stroke-width="3"/>`,
      text(name, at + 22, 50, `font-size="12" fill="${ink}"`),
    ]
  })
}

function wordsOfTick(value: number, step: number): string {
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
  return value.toFixed(Math.min(12, places))
}

const short = (value: number) => String(Math.round(value * 100) / 100)
const text = (words: string, x: number, y: number, attributes: string) =>
  `<text x="${short(x)}" y="${short(y)}" ${attributes}>${escapeXml(words)}</text>`

function escapeXml(words: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  // Characters that XML has no way to write are left out.
  const writable = [...words].filter((one) => one >= ' ' || one === '\t').join('')
  return writable.replaceAll(/[&<>"]/g, (one) => named[one]!)
}
