// Which frames a run selected, and where their pictures are now: the colour folder, a new root, or the run's own copies.
import { readlink } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { FramesDescription } from '#core/my3dis/description'
import { subsetFolder, subsetFrameName } from '#core/my3dis/layout'
import { indicesInListing, type RunManifest, type SelectedFrames, selectedFrames } from '#core/my3dis/run-manifest'
import { isFrameName, sortFrameNames } from '#core/scene/frame-slice'
import type { Tell } from './describe-level.ts'
import { namesOf } from '../peek.ts'

/** The first generation had another name for the folder of links. */
export const oldSubsetFolder = '_video_subset'
const subsetFolders = [subsetFolder, oldSubsetFolder] as const

type Subset = {
  readonly folder: string
  readonly names: readonly string[]
  /** Those of `names` that are pictures, or links to some. */
  readonly there: ReadonlySet<string>
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
  const placed = placePictures(selected, { root, rootListing, stated, listing, subset })
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
    const entries = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter((entry) => isFrameName(entry.name))
    if (entries.length === 0) continue
    const links = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => entry.name)
    const targets = await targetsOf(folder, links)
    const alive = await aliveLinks(folder, targets)
    const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
    const names = sortFrameNames(entries.map((entry) => entry.name))
    return { folder, names, there: new Set([...files, ...alive]), dead: targets.size - alive.length, targets }
  }
  return undefined
}

/** All at once and without a promise for each: for hundreds of links that would be most of the time of opening a run. */
function targetsOf(folder: string, links: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolved) => {
    const found = new Map<string, string>()
    let left = links.length
    const end = () => resolved(new Map(links.flatMap((file) => (found.has(file) ? [[file, found.get(file)!] as const] : []))))
    if (left === 0) end()
    for (const file of links)
      readlink(join(folder, file), (error, target) => {
        if (!error) found.set(file, target)
        left -= 1
        if (left === 0) end()
      })
  })
}

/** Links whose picture is there, by one listing of each folder they lead to. */
async function aliveLinks(folder: string, targets: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const paths = new Map([...targets].map(([file, target]) => [file, resolve(folder, target)]))
  const listings = new Map<string, ReadonlySet<string>>()
  for (const path of paths.values()) {
    const place = dirname(path)
    if (!listings.has(place)) listings.set(place, new Set(await namesOf(place)))
  }
  return [...paths].flatMap(([file, path]) => (listings.get(dirname(path))?.has(basename(path)) ? [file] : []))
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
function placePictures(selected: SelectedFrames, places: Places): Pick<FramesDescription, 'from' | 'folder' | 'frames'> {
  const named = (folder: string, listing: readonly string[]) => {
    const there = new Set(listing)
    return selected.names.map((name) => (there.has(name) ? join(folder, name) : undefined))
  }
  const candidates: { from: 'root' | 'data' | 'subset'; folder: string; files: readonly (string | undefined)[] }[] = []
  if (places.root !== undefined) candidates.push({ from: 'root', folder: places.root, files: named(places.root, places.rootListing) })
  if (places.stated !== undefined) candidates.push({ from: 'data', folder: places.stated, files: named(places.stated, places.listing) })
  if (places.subset !== undefined)
    candidates.push({ from: 'subset', folder: places.subset.folder, files: subsetFiles(places.subset, selected.names.length) })
  const best = candidates.find(({ files }) => files.some((file) => file !== undefined))
  const frames = selected.names.map((name, i) => ({ frameIndex: selected.indices[i]!, name, file: best?.files[i] }))
  return best ? { from: best.from, folder: best.folder, frames } : { from: 'none', folder: undefined, frames }
}

/** Named by place in the selection, whatever the picture's own kind is. */
function subsetFiles({ folder, there }: Subset, count: number): readonly (string | undefined)[] {
  return Array.from({ length: count }, (_, local) => {
    const stem = subsetFrameName(local).replace(/\.jpg$/, '')
    const name = ['jpg', 'jpeg', 'png'].map((ending) => `${stem}.${ending}`).find((candidate) => there.has(candidate))
    return name === undefined ? undefined : join(folder, name)
  })
}

async function framesIn(folder: string): Promise<readonly string[]> {
  return sortFrameNames((await namesOf(folder)).filter(isFrameName))
}

/** The folder itself, or the colour folder of a scene inside of it. */
async function colourFolder(root: string): Promise<string> {
  for (const inner of ['outputs/color', 'color']) if ((await framesIn(join(root, inner))).length > 0) return join(root, inner)
  return root
}
