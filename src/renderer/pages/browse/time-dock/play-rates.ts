// The rates at which frames are played, and the words for them.

/** Frames a second, ascending: from one frame in four seconds to sixty. */
export const playRates: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 12, 15, 24, 30, 60]

/** The next rate of the list in that direction; the ends stay what they are. */
export function rateFrom(rate: number, direction: 1 | -1): number {
  const next = direction === 1 ? playRates.find((one) => one > rate) : playRates.findLast((one) => one < rate)
  return next ?? rate
}

/** What is played, beside what was asked for: undefined while it is within a tenth, or too few frames were shown to tell. */
export function rateShown(shownAt: readonly number[], rate: number): number | undefined {
  const [first, last] = [shownAt[0], shownAt.at(-1)]
  if (shownAt.length < 4 || first === undefined || last === undefined || last <= first) return undefined
  const shown = ((shownAt.length - 1) * 1000) / (last - first)
  return shown < rate * 0.9 ? shown : undefined
}
