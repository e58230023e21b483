// One picture of the report: which frame and level it shows, and where it lies.

export type ReportPicture = {
  readonly level: number
  readonly frameIndex: number
  readonly frameName: string
  readonly path: string
  readonly maskCount: number
}
