// COCO's instances as a stream of bytes: run lengths, boxes, areas and scores go from a run's frames into it untouched.
import { copyBytes, putBytes, writeNumber } from './byte-copy.ts'
import { type FrameSpans, type MaskField, maskFields, spansOfFrame, spansPerMask } from './frame-spans.ts'

export type CocoOptions = {
  /** Levels, each a category with the level as its id. */
  readonly levels: readonly number[]
  /** What ids of masks are: tracks keep theirs from frame to frame. */
  readonly idName: 'track_id' | 'candidate_id'
  /** Free text for `info`. */
  readonly info: Readonly<Record<string, string>>
}

export type CocoCounts = { readonly images: number; readonly annotations: number; readonly emptyMasks: number }

/** In this order: begin, frame for each frame and level, end. What they give is only good until the next call. */
export type CocoWriter = {
  begin(): Uint8Array
  /** `bytes`: one FrameMasks as JSON. Throws RangeError when they are none. Masks without a pixel are left out and counted. */
  frame(bytes: Uint8Array): Uint8Array
  /** Images come last: only then is known which frames have masks, and of which size. */
  end(): Uint8Array
  readonly counts: CocoCounts
}

const encoder = new TextEncoder()
const ascii = (text: string) => encoder.encode(text)
const place = (name: MaskField) => maskFields.indexOf(name) * 2
const [idAt, countsAt, areaAt, boxAt] = [place('id'), place('counts'), place('area'), place('box')]
const zero = 48
/** More than all constants of an annotation, and its number, take. */
const constantBytes = 150

/**
 * Image ids are frame indices, annotation ids count from 1. `counts` of an annotation are the very bytes of the run. A frame whose
 * levels differ in size keeps the size of its first level as image; each annotation says its own.
 */
export function createCocoWriter({ levels, idName, info }: CocoOptions): CocoWriter {
  let buffer = new Uint8Array(1 << 16)
  let scratch = new Int32Array(1 << 12)
  const images = new Map<number, Pick<FrameSpans, 'frameName' | 'size'>>()
  const pieces = {
    first: ascii('\n{"id":'),
    next: ascii(',\n{"id":'),
    area: ascii('},"area":'),
    box: ascii(',"bbox":'),
    id: ascii(`,"${idName}":`),
    close: ascii('}'),
  }
  const optional = [
    { from: place('score'), piece: ascii(',"score":') },
    { from: place('sourceId'), piece: ascii(',"source_id":') },
    { from: place('className'), piece: ascii(',"class_name":') },
  ]
  let annotations = 0
  let emptyMasks = 0
  return {
    begin: () => {
      const categories = levels.map((level) => ({ id: level, name: `level_${level}`, supercategory: 'level' }))
      return ascii(`{"info":${JSON.stringify(info)},"licenses":[],"categories":${JSON.stringify(categories)},"annotations":[`)
    },
    frame: (bytes) => {
      const frame = spansOfFrame(bytes, scratch)
      if (frame.spans.buffer !== scratch.buffer) scratch = new Int32Array(frame.spans.buffer)
      const { spans, count, frameIndex, level, size } = frame
      if (!images.has(frameIndex)) images.set(frameIndex, { frameName: frame.frameName, size })
      const middle = ascii(
        `,"image_id":${frameIndex},"category_id":${level},"iscrowd":0,"level":${level},"segmentation":{"size":[${size[0]},${size[1]}],"counts":`,
      )
      // Within one buffer, copying needs no view of what is copied, and making views is most of the price of a short copy.
      const room = bytes.length + count * (middle.length + constantBytes)
      if (buffer.length < room + bytes.length) buffer = new Uint8Array(Math.max(buffer.length * 2, room + bytes.length))
      const out = buffer
      const shift = out.length - bytes.length
      out.set(bytes, shift)
      let at = 0
      const end = count * spansPerMask
      for (let base = 0; base < end; base += spansPerMask) {
        const [areaStart, areaEnd] = [spans[base + areaAt]! + shift, spans[base + areaAt + 1]! + shift]
        if (out[areaStart] === zero && areaEnd === areaStart + 1) {
          emptyMasks++
          continue
        }
        at = putBytes(out, at, annotations === 0 ? pieces.first : pieces.next)
        at = writeNumber(out, at, ++annotations)
        at = putBytes(out, at, middle)
        at = copyBytes(out, at, spans[base + countsAt]! + shift, spans[base + countsAt + 1]! + shift)
        at = putBytes(out, at, pieces.area)
        at = copyBytes(out, at, areaStart, areaEnd)
        at = putBytes(out, at, pieces.box)
        at = copyBytes(out, at, spans[base + boxAt]! + shift, spans[base + boxAt + 1]! + shift)
        at = putBytes(out, at, pieces.id)
        at = copyBytes(out, at, spans[base + idAt]! + shift, spans[base + idAt + 1]! + shift)
        for (const { from, piece } of optional) {
          if (spans[base + from + 1] === 0) continue
          at = putBytes(out, at, piece)
          at = copyBytes(out, at, spans[base + from]! + shift, spans[base + from + 1]! + shift)
        }
        at = putBytes(out, at, pieces.close)
      }
      return out.subarray(0, at)
    },
    end: () => {
      const list = [...images].sort(([a], [b]) => a - b)
      const lines = list.map(([id, { frameName, size }]) =>
        JSON.stringify({ id, file_name: frameName, height: size[0], width: size[1], frame_index: id }),
      )
      return ascii(`\n],"images":[\n${lines.join(',\n')}\n]}\n`)
    },
    get counts() {
      return { images: images.size, annotations, emptyMasks }
    },
  }
}
