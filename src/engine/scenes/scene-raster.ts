// Reads the depth or the labels that came with a frame, as the numbers that are stored.
import { access, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import type { BytesAnswer, SceneLayersHeader, SceneRasterHeader } from '#api/api'
import { Fault, reasonOfError } from '#core/base/fault'
import { scenePlaces, type SceneRasterKind, sceneRasterKinds } from '#core/scene/scene-raster'
import { ifThere } from '../disk/if-there.ts'

/** Shares of the known values below and above which a value is taken for an outlier; the range for colours lies between. */
const outliers = 0.02

/**
 * One number of 16 bits per pixel, little-endian, row by row; 0 stands for nothing known. Throws ARTIFACT_MISSING when the scene has none
 * for this frame, FRAME_UNREADABLE when its file cannot be read.
 */
export async function answerSceneRaster(
  framesPath: string,
  frameName: string,
  frameIndex: number,
  kind: SceneRasterKind,
): Promise<BytesAnswer> {
  for (const place of scenePlaces(kind, frameName, basename(framesPath))) {
    const file = await ifThere(readFile(join(framesPath, place)))
    if (!file) continue
    const { width, height, values } = await valuesOf(file, frameIndex, place)
    const header: SceneRasterHeader = { frameIndex, kind, file: place, width, height, ...rangeOf(values) }
    return { mediaType: 'application/octet-stream', header, bytes: littleEndian(values) }
  }
  throw new Fault('ARTIFACT_MISSING', { artifact: `${kind} for frame ${frameIndex}` })
}

/** Which of them the scene has: asked of its first frame, the one in the middle and the last. */
export async function answerSceneLayers(framesPath: string, frameNames: readonly string[]): Promise<BytesAnswer> {
  const asked = [frameNames[0], frameNames[frameNames.length >> 1], frameNames.at(-1)].filter((name) => name !== undefined)
  const isThere = async (kind: SceneRasterKind) => {
    for (const place of asked.flatMap((name) => scenePlaces(kind, name, basename(framesPath))))
      if (await ifThere(access(join(framesPath, place)).then(() => true))) return true
    return false
  }
  const found = await Promise.all(sceneRasterKinds.map(async (kind) => ((await isThere(kind)) ? [kind] : [])))
  const header: SceneLayersHeader = { kinds: found.flat() }
  return { mediaType: 'application/octet-stream', header, bytes: new Uint8Array() }
}

async function valuesOf(file: Uint8Array, frameIndex: number, name: string) {
  try {
    // Grey of 16 bits, or values of 8 bits stay what they are: without this a picture library makes them fit for a screen.
    const picture = sharp(file)
    const { depth, channels, isPalette } = await picture.metadata()
    if (channels !== 1 || isPalette) throw new Error('it has colours; a raster of numbers has one grey channel of 8 or 16 bits')
    const raw = await picture
      .toColourspace(depth === 'ushort' ? 'grey16' : 'b-w')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true })
    const { width, height } = raw.info
    const values = new Uint16Array(width * height)
    for (let i = 0; i < values.length; i += 1) values[i] = raw.data.readUInt16LE(i * raw.info.channels * 2)
    return { width, height, values }
  } catch (error) {
    throw new Fault('FRAME_UNREADABLE', { frameIndex, file: name, reason: reasonOfError(error) }, error)
  }
}

/** Least and most of what is known, outliers left out; 0 and 0 where nothing is. */
function rangeOf(values: Uint16Array): { low: number; high: number } {
  const counts = new Uint32Array(0x10000)
  for (const value of values) counts[value]! += 1
  const known = values.length - counts[0]!
  const at = (share: number) => {
    let seen = 0
    for (let value = 1; value < counts.length; value += 1) {
      seen += counts[value]!
      if (seen > known * share) return value
    }
    return 0
  }
  return known === 0 ? { low: 0, high: 0 } : { low: at(outliers), high: at(1 - outliers) }
}

function littleEndian(values: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i += 1) view.setUint16(i * 2, values[i]!, true)
  return bytes
}
