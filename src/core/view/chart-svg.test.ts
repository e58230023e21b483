// A chart shows gaps as gaps, ends at round numbers, and cannot be broken by a name.
import { expect, it } from 'vitest'
import { type Chart, chartSvg } from './chart-svg.ts'

const chart: Chart = {
  title: 'Area of 4·0001',
  xTitle: 'frame',
  yTitle: 'area (pixels)',
  fromZero: true,
  isDark: true,
  series: [{ name: 'area', colour: '#56b4e9', points: [0, 1, 2, 3, 4].map((x) => ({ x, y: x === 2 ? undefined : x * 100 })) }],
}
const curves = (svg: string) => [...svg.matchAll(/<path d="(M[^"]+)" fill="none"/g)].map((found) => found[1])

it('where an object is not seen its curve is broken, not drawn through', () => {
  expect(curves(chartSvg(chart, 400, 300))).toHaveLength(2)
})

it('a reading that stands alone, or is not a number, is neither lost nor a line to nowhere', () => {
  const points = [
    { x: 0, y: 5 },
    { x: 1, y: Number.NaN },
  ]
  const svg = chartSvg({ ...chart, series: [{ name: 'a', colour: 'red', points }] }, 400, 300)
  expect(svg).toContain('<circle')
  expect(svg).not.toMatch(/NaN|Infinity/)
})

it('the lowest and the highest value lie inside of the axes, zero at the foot', () => {
  const places = curves(chartSvg(chart, 400, 300)).flatMap((path) =>
    path!
      .slice(1)
      .split('L')
      .map((place) => place.split(' ').map(Number)),
  )
  expect(places[0]).toEqual([76, 248])
  expect(places.at(-1)).toEqual([380, 48])
})

it('a title with signs of markup is text, and all readings alike or none make a chart too', () => {
  const svg = chartSvg({ ...chart, title: '<b> & "c"\u0007' }, 400, 300)
  expect(svg).toContain('&lt;b&gt; &amp; &quot;c&quot;<')
  expect(chartSvg({ ...chart, series: [] }, 400, 300)).toContain('Nothing was read.')
  const flat = [1, 2].map((x) => ({ x, y: 7 }))
  expect(chartSvg({ ...chart, fromZero: false, series: [{ name: 'a', colour: 'red', points: flat }] }, 400, 300)).not.toMatch(
    /NaN|Infinity/,
  )
})
