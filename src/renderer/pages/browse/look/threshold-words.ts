// Thresholds as words of the filter (`score>=0.8 area<=500`): sliders write them, so list, picture and address say the same.

export type Quantity = 'score' | 'area' | 'stability'
/** Both ends are included; undefined = open. */
export type Bounds = { readonly least: number | undefined; readonly most: number | undefined }

const word = /^(score|area|stability)(>=|<=|>|<)(\d*\.?\d+)$/

/** What the words of a filter ask of a quantity; of several the narrowest counts. */
export function boundsInFilter(text: string, quantity: Quantity): Bounds {
  let [least, most]: [number | undefined, number | undefined] = [undefined, undefined]
  for (const [, name, operator, value] of wordsOf(text).map((one) => word.exec(one) ?? [])) {
    if (name !== quantity) continue
    if (operator?.startsWith('>')) least = Math.max(least ?? Number.NEGATIVE_INFINITY, Number(value))
    else most = Math.min(most ?? Number.POSITIVE_INFINITY, Number(value))
  }
  return { least, most }
}

/** The filter with these bounds in place of those it had; all other words stay as they were. */
export function filterWithBounds(text: string, quantity: Quantity, { least, most }: Bounds): string {
  const others = wordsOf(text).filter((one) => word.exec(one)?.[1] !== quantity)
  const own = [least === undefined ? [] : [`${quantity}>=${least}`], most === undefined ? [] : [`${quantity}<=${most}`]].flat()
  return [...others, ...own].join(' ')
}

const wordsOf = (text: string) => text.split(/\s+/).filter((one) => one !== '')

/** A slider in steps from 0 to `stepCount`: shares of the range of a score, and of the logarithm of an area. */
export const stepCount = 100

export function valueAtStep(quantity: Quantity, step: number, low: number, high: number): number {
  const share = step / stepCount
  if (quantity !== 'area') return Number((low + (high - low) * share).toFixed(3))
  return Math.round(Math.exp(Math.log(Math.max(1, low)) + (Math.log(Math.max(1, high)) - Math.log(Math.max(1, low))) * share))
}

/** Where a value stands between low and high, 0..`stepCount`, with fraction; outside it is cut off. */
export function stepOfValue(quantity: Quantity, value: number, low: number, high: number): number {
  const along = (one: number) => (quantity === 'area' ? Math.log(Math.max(1, one)) : one)
  const length = along(high) - along(low)
  return length <= 0 ? 0 : Math.min(stepCount, Math.max(0, ((along(value) - along(low)) / length) * stepCount))
}

export type Spread = { readonly count: number; readonly low: number; readonly high: number; readonly bins: readonly number[] }

/** How many values fall into each of `binCount` equal parts of the slider. */
export function spreadOf(quantity: Quantity, values: readonly number[], binCount: number): Spread {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  // Ends on the slider's own numbers, so that nothing lies outside of it by rounding.
  if (quantity !== 'area') [low, high] = [Math.floor(low * 1000) / 1000, Math.ceil(high * 1000) / 1000]
  const bins = Array.from({ length: binCount }, () => 0)
  for (const value of values) {
    const at = Math.min(binCount - 1, Math.floor((stepOfValue(quantity, value, low, high) / stepCount) * binCount))
    bins[at] = (bins[at] ?? 0) + 1
  }
  return { count: values.length, low, high, bins }
}
