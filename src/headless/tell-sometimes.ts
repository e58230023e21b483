// A long command tells how far it is now and then, not at each step.
const tellEveryMs = 2000

/** Hands on `(done, total)` at most every two seconds, the first time after two. */
export function sometimes(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let toldAt = performance.now()
  return (done, total) => {
    if (performance.now() - toldAt < tellEveryMs) return
    toldAt = performance.now()
    tell(done, total)
  }
}
