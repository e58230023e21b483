// What each writer of a format is given.
import type { ExportSettings } from '#core/export/export-settings'
import type { RunRecord } from '#core/run/run'
import type { RunReader } from '#core/run/run-reader'
import type { ExportFolder } from './export-folder.ts'

export type ExportWork = {
  readonly folder: ExportFolder
  readonly reader: RunReader
  readonly record: RunRecord
  readonly settings: ExportSettings
  readonly signal: AbortSignal | undefined
  /** Steps of one size: frames times levels. */
  readonly onProgress: ((done: number, total: number) => void) | undefined
  /** Milliseconds since 1970 of the export, the same wherever it is written down. */
  readonly at: number
  /** Where the export will lie. */
  readonly out: string
}
