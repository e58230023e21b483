// What one canvas did since it was opened: bytes it gave to the GPU, drawings, mismatches, how long the pointer's question took.

export type FrameMetrics = {
  drawings: number
  /** Label rasters of masks. A change of look adds nothing here. */
  maskBytes: number
  /** The raster of the selection. */
  selectionBytes: number
  /** Colours and visibility per mask. */
  paletteBytes: number
  pictureBytes: number
  /** Depth or labels of the scene. */
  sceneRasterBytes: number
  /** Drawings whose picture and masks were of different frames. */
  mismatches: number
  /** Milliseconds each of the last pointer moves took to find what lies under it, oldest first; at most `hoverKept`. */
  readonly hoverMs: number[]
}

const hoverKept = 512

export function makeFrameMetrics(): FrameMetrics {
  return {
    drawings: 0,
    maskBytes: 0,
    selectionBytes: 0,
    paletteBytes: 0,
    pictureBytes: 0,
    sceneRasterBytes: 0,
    mismatches: 0,
    hoverMs: [],
  }
}

export function noteHover(metrics: FrameMetrics, ms: number): void {
  metrics.hoverMs.push(ms)
  if (metrics.hoverMs.length > hoverKept) metrics.hoverMs.shift()
}

/** Puts the numbers where tests and measurements read them, `window.frameMetrics`; gives the act that takes them away again. */
export function showMetrics(page: object, metrics: FrameMetrics): () => void {
  Object.assign(page, { frameMetrics: metrics })
  return () => {
    if (Reflect.get(page, 'frameMetrics') === metrics) Reflect.deleteProperty(page, 'frameMetrics')
  }
}
