// Writes tiny networks with the names, shapes and types of real families and known answers, for tests and for trying the pages.
// node scripts/make-tiny-models.mjs <folder>; the same bytes every time.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** File names with the graphs behind them. */
export async function tinyModels() {
  const { encodeGraph } = await import('../src/core/model/onnx-writer.ts')
  const { tinySamDecoder, tinySamEncoder, tinySam2Decoder, tinySam2Encoder } = await import('../src/core/model/tiny-sam.ts')
  const { tinyPromptEncoder, tinyVideoEncoder } = await import('../src/core/model/tiny-video/encoders.ts')
  const { tinyMaskDecoder } = await import('../src/core/model/tiny-video/mask-decoder.ts')
  const memory = await import('../src/core/model/tiny-video/memory.ts')
  const { tinyYoloSeg } = await import('../src/core/model/tiny-yolo-seg.ts')
  return {
    'tiny-sam/tiny_sam.encoder.onnx': encodeGraph(tinySamEncoder()),
    'tiny-sam/tiny_sam.decoder.onnx': encodeGraph(tinySamDecoder()),
    'tiny-sam2/tiny_sam2.encoder.onnx': encodeGraph(tinySam2Encoder()),
    'tiny-sam2/tiny_sam2.decoder.onnx': encodeGraph(tinySam2Decoder()),
    'tiny-sam2-video/image_encoder.onnx': encodeGraph(tinyVideoEncoder()),
    'tiny-sam2-video/prompt_encoder.onnx': encodeGraph(tinyPromptEncoder()),
    'tiny-sam2-video/mask_decoder.onnx': encodeGraph(tinyMaskDecoder()),
    'tiny-sam2-video/memory_attention.onnx': encodeGraph(memory.tinyMemoryAttention()),
    'tiny-sam2-video/memory_encoder.onnx': encodeGraph(memory.tinyMemoryEncoder()),
    'tiny-sam2-video/pointer_projection.onnx': encodeGraph(memory.tinyPointerProjection()),
    'tiny-sam2-video/pointer_time_projection.onnx': encodeGraph(memory.tinyPointerTimeProjection()),
    'tiny-sam2-video/constants.onnx': encodeGraph(memory.tinyVideoConstants()),
    'tiny-yolo-seg/tiny_yolo_seg.onnx': encodeGraph(tinyYoloSeg()),
  }
}

export async function writeTinyModels(folder) {
  const written = []
  for (const [name, bytes] of Object.entries(await tinyModels())) {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, bytes)
    written.push({ path, bytes: bytes.length })
  }
  return written
}

if (process.argv[1] && resolve(process.argv[1]) === import.meta.filename) {
  const folder = process.argv[2]
  if (folder === undefined || folder.startsWith('-')) {
    console.error('node scripts/make-tiny-models.mjs <folder>')
    process.exitCode = 2
  } else for (const { path, bytes } of await writeTinyModels(folder)) console.log(`${path}  ${bytes} bytes`)
}
