// What the page and its decoding thread say to each other.
import type { DecodedMasks } from './decode-frame.ts'
import type { LayerPlan, MaskColumns, MaskLayers } from './mask-columns.ts'

export type DecodeRequest = {
  readonly ask: number
  readonly frameIndex: number
  readonly width: number
  readonly height: number
  /** The whole answer; picture and parts are ranges of it, so that it crosses to the thread without a copy. */
  readonly bytes: Uint8Array
  /** Undefined when the page has the picture. */
  readonly image: (ByteRange & { readonly mediaType: string }) | undefined
  readonly parts: readonly ByteRange[]
  /** False for those who want numbers only: then no layers are made. */
  readonly isDrawn: boolean
}
/** Layers again, of a frame that was decoded before. */
export type PaintRequest = { readonly ask: number; readonly columns: MaskColumns; readonly plan: LayerPlan }
export type ByteRange = { readonly offset: number; readonly length: number }
export type DecodedFrame = { readonly bitmap: ImageBitmap | undefined; readonly masks: DecodedMasks }
export type DecodeAnswer = { readonly ask: number; readonly frame?: DecodedFrame; readonly layers?: MaskLayers; readonly reason?: string }
