// A table of the report: what stands above its columns, its rows as words, and a note beneath.

export type ReportTable = {
  readonly heading: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly note?: string
}
