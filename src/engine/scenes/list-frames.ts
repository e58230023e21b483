// A folder of numbered pictures as a list of frames: where they lie in the scene, their order, and their size.
import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import sharp from 'sharp'
import { Fault, reasonOfError } from '#core/base/fault'
import { isFrameName, sortFrameNames } from '#core/scene/frame-slice'
import type { SceneSummary } from '#core/scene/scene'

export type SceneListing = SceneSummary & {
  /** File names in order; the frame index is the place in this list. */ readonly frameNames: readonly string[]
}

const videoName = /\.(mp4|mov|avi|mkv|webm|m4v)$/i
export function isVideoName(name: string): boolean {
  return videoName.test(name)
}

/** Finds the frames of a scene folder: outputs/color (MultiScan), color (ScanNet), or the folder itself. Throws faults with the path. */
export async function listScene(path: string): Promise<SceneListing> {
  const root = resolve(path)
  const kind = await stat(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') throw new Fault('SCENE_NOT_FOUND', { path })
    throw new Fault('FOLDER_NOT_READABLE', { path, reason: reasonOfError(error) }, error)
  })
  if (kind.isFile()) throw new Fault('SCENE_WITHOUT_FRAMES', { path, found: 'a single file, not a folder' })
  const found = await findFrames(root, path)
  const frameNames = sortFrameNames(found.names)
  const first = frameNames[0]!
  const size = await frameSize(join(found.folder, first), 0, first)
  const depthAndPoses = await companions(found.folder, found.kind)
  return {
    path,
    framesPath: found.folder,
    name: sceneName(root, found.folder),
    kind: found.kind,
    frameCount: frameNames.length,
    ...size,
    firstFrame: first,
    lastFrame: frameNames.at(-1)!,
    ...depthAndPoses,
    frameNames,
  }
}

type Found = { readonly folder: string; readonly names: readonly string[]; readonly kind: 'frames' | 'multiscan' | 'scannet' }

async function findFrames(root: string, path: string): Promise<Found> {
  const places: readonly [string, Found['kind']][] = [
    [join(root, 'outputs', 'color'), 'multiscan'],
    [join(root, 'color'), 'scannet'],
    [root, basename(root) === 'color' ? (basename(dirname(root)) === 'outputs' ? 'multiscan' : 'scannet') : 'frames'],
  ]
  let here: readonly string[] = []
  for (const [folder, kind] of places) {
    const names = await namesIn(folder, path)
    if (folder === root) here = names
    const frames = colourFrames(names)
    if (frames.length > 0) return { folder, names: frames, kind }
  }
  throw new Fault('SCENE_WITHOUT_FRAMES', { path, found: describeNames(here) })
}

/** RGB-D dumps put colour and depth side by side (frame-000000.color.jpg, .depth.png): then only the colour pictures are frames. */
function colourFrames(names: readonly string[]): readonly string[] {
  const frames = names.filter(isFrameName)
  const colour = frames.filter((name) => /[._-](color|colour|rgb)\.[a-z]+$/i.test(name))
  return colour.length > 0 ? colour : frames.filter((name) => !/[._-](depth|label)\.[a-z]+$/i.test(name))
}

async function namesIn(folder: string, path: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new Fault('FOLDER_NOT_READABLE', { path: folder === path ? path : folder, reason: reasonOfError(error) }, error)
  }
}

function describeNames(names: readonly string[]): string {
  const shown = names.filter((name) => !name.startsWith('.'))
  if (shown.length === 0) return 'an empty folder'
  return `${shown.slice(0, 3).join(', ')}${shown.length > 3 ? ` and ${shown.length - 3} more` : ''}`
}

async function companions(folder: string, kind: Found['kind']): Promise<{ hasDepth: boolean; hasPoses: boolean }> {
  const beside = await readdir(folder)
  const isThere = (name: string) =>
    access(join(folder, '..', name), constants.R_OK).then(
      () => true,
      () => false,
    )
  const outside = kind !== 'frames'
  return {
    hasDepth: beside.some((name) => /[._-]depth\.png$/i.test(name)) || (outside && (await isThere('depth'))),
    hasPoses: beside.some((name) => /[._-]pose\.txt$/i.test(name)) || (outside && ((await isThere('pose')) || (await isThere('poses')))),
  }
}

/** The name people know a scene by: the folder they chose, or for .../scene_x/outputs/color the scene. */
function sceneName(root: string, folder: string): string {
  const generic = new Set(['color', 'colour', 'outputs', 'images', 'frames', 'rgb'])
  let at = root
  while (generic.has(basename(at).toLowerCase()) && dirname(at) !== at) at = dirname(at)
  return basename(at) || basename(folder)
}

/** Width and height from the file's header. Throws FRAME_UNREADABLE naming the frame. */
export async function frameSize(file: string, frameIndex: number, name: string): Promise<{ width: number; height: number }> {
  try {
    const { width, height } = await sharp(file).metadata()
    if (width > 0 && height > 0) return { width, height }
    throw new Error('it has no size')
  } catch (error) {
    throw new Fault('FRAME_UNREADABLE', { frameIndex, file: name, reason: reasonOfError(error) }, error)
  }
}

/** Checks the header of every selected frame: readable, and of the first one's size. About 0.3 ms a frame. */
export async function checkFrames(listing: SceneListing, frameIndices: readonly number[]): Promise<void> {
  for (let at = 0; at < frameIndices.length; at += 8) {
    await Promise.all(
      frameIndices.slice(at, at + 8).map(async (frameIndex) => {
        const name = listing.frameNames[frameIndex]!
        const size = await frameSize(join(listing.framesPath, name), frameIndex, name)
        if (size.width !== listing.width || size.height !== listing.height) {
          throw new Fault('FRAME_SIZE_DIFFERS', { frameIndex, file: name, ...size, firstWidth: listing.width, firstHeight: listing.height })
        }
      }),
    )
  }
}
