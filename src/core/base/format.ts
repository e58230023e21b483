// Numbers as people read them: bytes, durations, counts. One place, so page, terminal and report say the same.

/** Bytes with a binary unit: 1536 -> "1.5 KiB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** A duration in words a person says: 850 ms, 12.3 s, 4 min 12 s, 1 h 05 min. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return 'unknown'
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`
  if (durationMs < 60_000) return `${(durationMs / 1000).toFixed(1)} s`
  const seconds = Math.round(durationMs / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`
}

/** A range of durations, one unit for both ends: "12-15 min". */
export function formatDurationRange(lowMs: number, highMs: number): string {
  const unit = highMs < 90_000 ? { ms: 1000, name: 's' } : highMs < 5_400_000 ? { ms: 60_000, name: 'min' } : { ms: 3_600_000, name: 'h' }
  const show = (ms: number) => (unit.name === 'h' ? (ms / unit.ms).toFixed(1) : String(Math.max(0, Math.round(ms / unit.ms))))
  const [low, high] = [show(lowMs), show(highMs)]
  return low === high ? `${high} ${unit.name}` : `${low}–${high} ${unit.name}`
}

/** A whole number with thin groups: 12345 -> "12,345". */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** A long path cut in the middle, so that both the root and the name stay readable. */
export function cutPath(path: string, length: number): string {
  if (path.length <= length) return path
  const tail = Math.ceil((length - 1) * 0.65)
  return `${path.slice(0, length - 1 - tail)}…${path.slice(-tail)}`
}

/** Counts as records name them, in words: { kept: 6529, parentDropped: 16 } -> ["6,529 kept", "16 parent dropped"]. */
export function countsInWords(counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).map(
    ([name, count]) => `${formatCount(count)} ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`,
  )
}
