// What the page and its decoding thread say to each other.
import type { DecodedMasks } from './decode-frame.ts'

export type DecodeRequest = {
  readonly ask: number
  readonly frameIndex: number
  readonly width: number
  readonly height: number
  /** Picture file; undefined when the page has it. */
  readonly image: { readonly bytes: Uint8Array<ArrayBuffer>; readonly mediaType: string } | undefined
  readonly parts: readonly Uint8Array[]
}
export type DecodedFrame = { readonly bitmap: ImageBitmap | undefined; readonly masks: DecodedMasks }
export type DecodeAnswer = { readonly ask: number; readonly frame?: DecodedFrame; readonly reason?: string }
