// Times and durations in the forms My3DIS writes them.
import { roundHalfEven } from '../../mask/resize.ts'

const digits = (value: number, width: number) => String(value).padStart(width, '0')

/** Local time with seconds and its offset, as in workflow files: 2025-10-21T18:23:49+08:00. `offsetMinutes` is positive east of Greenwich. */
export function workflowTime(epochMs: number, offsetMinutes: number): string {
  const local = new Date(Math.floor(epochMs / 1000) * 1000 + offsetMinutes * 60_000).toISOString().slice(0, 19)
  const away = Math.abs(offsetMinutes)
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${digits(Math.floor(away / 60), 2)}:${digits(away % 60, 2)}`
}

/** UTC with microseconds, as in index, relations and comparisons. Python leaves ".000000" out, and so does this. */
export function relationTime(epochMs: number, microseconds = 0): string {
  const micros = (((epochMs % 1000) + 1000) % 1000) * 1000 + microseconds
  const seconds = new Date(epochMs).toISOString().slice(0, 19)
  return `${seconds}${micros === 0 ? '' : `.${digits(micros, 6)}`}+00:00`
}

/** Local time as in names of run folders: 20251021_182349. */
export function stampTime(epochMs: number, offsetMinutes: number): string {
  return workflowTime(epochMs, offsetMinutes).slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '_')
}

/** MM:SS, or HH:MM:SS from one hour on; halves of a second go to the even one. */
export function durationText(seconds: number): string {
  const whole = roundHalfEven(seconds)
  const hours = Math.floor(whole / 3600)
  const rest = `${digits(Math.floor((whole % 3600) / 60), 2)}:${digits(whole % 60, 2)}`
  return hours > 0 ? `${digits(hours, 2)}:${rest}` : rest
}
