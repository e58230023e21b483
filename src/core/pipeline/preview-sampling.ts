// Which frames get a picture in the report: spread evenly, first and last always among them (after My3DIS 3.7).

/** Positions out of 0..count-1, ascending, at most `max` of them: floor(i * (count - 1) / (max - 1)). */
export function previewPositions(count: number, max: number): number[] {
  if (count <= 0 || max <= 0) return []
  if (max === 1) return [0]
  if (count <= max) return Array.from({ length: count }, (_, i) => i)
  return [...new Set(Array.from({ length: max }, (_, i) => Math.floor((i * (count - 1)) / (max - 1))))]
}
