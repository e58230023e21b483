// Which frames a run selected, and where their pictures are now: the colour folder, a new root, or the run's own copies.
import { readlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { FramesDescription } from '#core/my3dis/description'
import { subsetFolder, subsetFrameName } from '#core/my3dis/layout'
import { indicesInListing, type RunManifest, type SelectedFrames, selectedFrames } from '#core/my3dis/run-manifest'
import { isFrameName, sortFrameNames } from '#core/scene/frame-slice'
import type { Tell } from './describe-level.ts'
import { isFile, namesOf } from './peek.ts'

/** The first generation had another name for the folder of links. */
export const oldSubsetFolder = '_video_subset'
const subsetFolders = [subsetFolder, oldSubsetFolder] as const

type Subset = {
  readonly folder: string
  readonly names: readonly string[]
  readonly dead: number
  readonly targets: ReadonlyMap<string, string>
}

/** `framesRoot`: a folder that has the pictures now, or a scene folder around it. */
export async function describeFrames(
  runFolder: string,
  manifest: RunManifest | undefined,
  framesRoot: string | undefined,
  tell: Tell,
): Promise<FramesDescription> {
  const subset = await readSubset(runFolder)
  // A relative path was relative to where the program ran; beside the run is the best guess that is not the working folder of ours.
  const stated = manifest?.data_path === undefined ? statedByLinks(subset) : resolve(runFolder, manifest.data_path)
  const listing = stated === undefined ? [] : await framesIn(stated)
  const root = framesRoot === undefined ? undefined : await colourFolder(framesRoot)
  const rootListing = root === undefined ? [] : await framesIn(root)
  const selected = selectionOf(manifest, subset, listing.length > 0 ? listing : rootListing)
  if (selected === undefined) return { from: 'none', folder: undefined, statedFolder: stated, indicesFrom: 'none', frames: [] }
  tellIndices(selected, manifest, listing.length > 0 ? stated : root, tell)
  if (subset && subset.dead > 0)
    tell({ code: 'LINKS_DEAD', params: { path: subset.folder, count: subset.dead, total: subset.names.length } })
  const placed = await placePictures(selected, { root, rootListing, stated, listing, subset })
  const gone = placed.frames.filter(({ file }) => file === undefined).length
  const total = placed.frames.length
  if (stated !== undefined && placed.from !== 'data' && placed.folder !== undefined && listing.length === 0)
    tell({ code: 'FRAMES_MOVED', params: { path: stated, now: placed.folder, found: total - gone, total } })
  else if (placed.from === 'none') tell({ code: 'FRAMES_GONE', params: { path: stated ?? 'The folder of the frames' } })
  else if (gone > 0) tell({ code: 'FRAMES_INCOMPLETE', params: { path: placed.folder ?? '', missing: gone, total } })
  return { ...placed, statedFolder: stated, indicesFrom: selected.from }
}

async function readSubset(runFolder: string): Promise<Subset | undefined> {
  for (const name of subsetFolders) {
    const folder = join(runFolder, name)
    const names = (await namesOf(folder)).filter(isFrameName)
    if (names.length === 0) continue
    // All at once: one after the other, hundreds of links would be most of the time of opening a run.
    const links = await Promise.all(names.map((file) => readlink(join(folder, file)).catch(() => undefined)))
    const targets = new Map(names.flatMap((file, i) => (links[i] === undefined ? [] : [[file, links[i]] as const])))
    const alive = await Promise.all([...targets.keys()].map((file) => isFile(join(folder, file))))
    const dead = alive.filter((one) => !one).length
    return { folder, names: sortFrameNames(names), dead, targets }
  }
  return undefined
}

/** Links of the run name the colour folder also when its manifest is gone. */
function statedByLinks(subset: Subset | undefined): string | undefined {
  const [first] = subset?.targets.values() ?? []
  return first === undefined ? undefined : dirname(first)
}

function selectionOf(
  manifest: RunManifest | undefined,
  subset: Subset | undefined,
  listing: readonly string[],
): SelectedFrames | undefined {
  if (manifest?.selected_frames) return selectedFrames(manifest, listing.length > 0 ? listing : undefined)
  if (subset === undefined) return undefined
  const names = subset.names.map((name) => basename(subset.targets.get(name) ?? name))
  const listed = indicesInListing(names, listing)
  return listed ? { indices: listed, names, from: 'listing' } : { indices: names.map((_, i) => i), names, from: 'assumed' }
}

function tellIndices(selected: SelectedFrames, manifest: RunManifest | undefined, folder: string | undefined, tell: Tell): void {
  const total = selected.names.length
  if (selected.from === 'listing') tell({ code: 'INDICES_FROM_LISTING', params: { total, folder: folder ?? '' } })
  if (selected.from === 'slice') tell({ code: 'INDICES_FROM_SLICE', params: { total, slice: manifest?.frames ?? '' } })
  if (selected.from === 'assumed') tell({ code: 'INDICES_ASSUMED', params: { total } })
}

type Places = {
  readonly root: string | undefined
  readonly rootListing: readonly string[]
  readonly stated: string | undefined
  readonly listing: readonly string[]
  readonly subset: Subset | undefined
}

/** Of a given root, the stated folder and the run's own pictures, the first one that has any of the frames. */
async function placePictures(selected: SelectedFrames, places: Places): Promise<Pick<FramesDescription, 'from' | 'folder' | 'frames'>> {
  const named = (folder: string, listing: readonly string[]) => {
    const there = new Set(listing)
    return selected.names.map((name) => (there.has(name) ? join(folder, name) : undefined))
  }
  const candidates: { from: 'root' | 'data' | 'subset'; folder: string; files: readonly (string | undefined)[] }[] = []
  if (places.root !== undefined) candidates.push({ from: 'root', folder: places.root, files: named(places.root, places.rootListing) })
  if (places.stated !== undefined) candidates.push({ from: 'data', folder: places.stated, files: named(places.stated, places.listing) })
  if (places.subset !== undefined)
    candidates.push({ from: 'subset', folder: places.subset.folder, files: await subsetFiles(places.subset, selected.names.length) })
  const best = candidates.find(({ files }) => files.some((file) => file !== undefined))
  const frames = selected.names.map((name, i) => ({ frameIndex: selected.indices[i]!, name, file: best?.files[i] }))
  return best ? { from: best.from, folder: best.folder, frames } : { from: 'none', folder: undefined, frames }
}

/** Named by place in the selection, whatever the picture's own kind is. */
async function subsetFiles(subset: Subset, count: number): Promise<readonly (string | undefined)[]> {
  const known = new Set(subset.names)
  const places = Array.from({ length: count }, async (_, local) => {
    const stem = subsetFrameName(local).replace(/\.jpg$/, '')
    const name = ['jpg', 'jpeg', 'png'].map((ending) => `${stem}.${ending}`).find((candidate) => known.has(candidate))
    const file = name === undefined ? undefined : join(subset.folder, name)
    return file !== undefined && (await isFile(file)) ? file : undefined
  })
  return Promise.all(places)
}

async function framesIn(folder: string): Promise<readonly string[]> {
  return sortFrameNames((await namesOf(folder)).filter(isFrameName))
}

/** The folder itself, or the colour folder of a scene inside of it. */
async function colourFolder(root: string): Promise<string> {
  for (const inner of ['outputs/color', 'color']) if ((await framesIn(join(root, inner))).length > 0) return join(root, inner)
  return root
}
