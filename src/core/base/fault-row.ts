// What a row of the fault tables is made of.
import { formatBytes } from './format.ts'

export type RowParams = Readonly<Record<string, string | number>>
export type FaultRow = {
  readonly title: string
  readonly message: (params: RowParams) => string
  readonly remedy: (params: RowParams) => string
  /** Whether the same act may succeed when simply tried again. */
  readonly retry: boolean
}

export const row = (title: string, message: (p: RowParams) => string, remedy: (p: RowParams) => string, retry = false): FaultRow => ({
  title,
  message,
  remedy,
  retry,
})

/** A count of bytes as a person reads it. */
export const bytes = (value: string | number | undefined) => formatBytes(Number(value ?? 0))
