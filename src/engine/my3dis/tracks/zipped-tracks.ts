// Tracked masks since October 2025: a ZIP of JSON, one member for each frame and a manifest that lists them.
import { Fault } from '#core/base/fault'
import type { ZipArchive } from '#core/foreign/zip/zip-reader'
import { frameEntryName, frameFromEntry, runManifestName as manifestName } from '#core/my3dis/layout'
import { parsePythonJson } from '#core/my3dis/text/python-json'
import type { Repair } from '#core/my3dis/repair-table'
import { shareIds } from '#core/my3dis/shared-ids'
import { type FrameRow, repairOf, trackListing } from '#core/my3dis/tracks/track-listing'
import { type Base64Decoder, firstIssue, outlineOfFrame, trackedMasksFromJson } from '#core/my3dis/masks/tracking-masks'
import { ObjectManifest, VideoManifest } from '#core/my3dis/masks/tracking-schema'
import { memberBytes, memberText, toldAsFault } from '../archive-member.ts'
import type { OpenedTracks, SelectedFrames } from './opened-tracks.ts'

/** The members that hold frames, by absolute index. */
type Contents = {
  readonly rows: readonly FrameRow[]
  readonly entries: ReadonlyMap<number, string>
  readonly scale: number | undefined
  readonly repairs: readonly Repair[]
}

export function isZippedTracks(zip: ZipArchive): boolean {
  return zip.members.has(manifestName) || [...zip.members.keys()].some((name) => frameFromEntry(name) !== undefined)
}

/** Reads the manifest alone; where there is none, every frame. Throws MY3DIS_WITHOUT_MASKS for an object archive. */
export async function openZippedTracks(zip: ZipArchive, level: number, selected: SelectedFrames | undefined): Promise<OpenedTracks> {
  const path = zip.source.name
  const { rows, entries, scale, repairs } = zip.members.has(manifestName) ? await listedContents(zip, level) : await readContents(zip)
  const listing = trackListing(path, level, rows)
  const decode = base64Decoder()
  const known = new Map(listing.frames.map((frame) => [frame.frameIndex, frame]))
  const unknownScale: Repair[] = scale === undefined ? [{ code: 'TRACKS_SCALE_UNKNOWN', params: { path } }] : []
  return {
    generation: 'G-Oct/Nov zip',
    scale,
    listing: { ...listing, repairs: [...repairs, ...listing.repairs, ...unknownScale] },
    async masks(frameIndex) {
      const frame = known.get(frameIndex)
      const entry = entries.get(frameIndex)
      if (frame === undefined || entry === undefined) return undefined
      const frameName = frame.frameName ?? selected?.names.get(frameIndex) ?? ''
      return toldAsFault(memberPath(zip, entry), async () =>
        trackedMasksFromJson(buffered(await memberBytes(zip, entry)), { frameIndex, frameName, numbering: listing.numbering }, decode),
      )
    },
  }
}

/**
 * Node's own decoder, a few times faster than one in JavaScript. What it gives lies in one place and holds until it is called again:
 * masks are thousands, and a piece of memory for each would cost more than reading them.
 */
function base64Decoder(): Base64Decoder {
  let room = Buffer.alloc(0)
  return (text) => {
    const longest = Math.ceil(text.length / 4) * 3
    if (room.length < longest) room = Buffer.alloc(longest)
    return room.subarray(0, room.write(Buffer.from(text.buffer, text.byteOffset, text.length).toString('latin1'), 'base64'))
  }
}

/** The same bytes, in which Node finds a byte several times faster. */
const buffered = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)

async function listedContents(zip: ZipArchive, level: number): Promise<Contents> {
  const path = zip.source.name
  const { meta, frames } = await videoManifest(zip)
  const entries = new Map<number, string>()
  const missing: number[] = []
  for (const { frame_index, entry } of frames) {
    if (entries.has(frame_index)) continue
    const name = [entry, frameEntryName(frame_index)].find((one) => zip.members.has(one))
    if (name === undefined) missing.push(frame_index)
    else entries.set(frame_index, name)
  }
  const used = new Set(entries.values())
  const unlisted = [...zip.members.keys()].filter((name) => frameFromEntry(name) !== undefined && !used.has(name))
  const stated = meta?.level
  return {
    rows: frames
      .filter(({ frame_index }) => entries.has(frame_index))
      .map((row) => ({ frameIndex: row.frame_index, frameName: row.frame_name ?? undefined, sourceIds: row.objects })),
    entries,
    scale: meta?.mask_scale_ratio,
    repairs: [
      ...(stated === undefined || stated === level ? [] : [{ code: 'TRACKS_LEVEL_DIFFERS' as const, params: { path, level, stated } }]),
      ...repairOf('TRACKS_FRAME_MISSING', missing, { path }),
      ...repairOf('TRACKS_FRAME_UNLISTED', unlisted, { path }),
    ],
  }
}

async function videoManifest(zip: ZipArchive): Promise<VideoManifest> {
  return toldAsFault(memberPath(zip, manifestName), async () => {
    const text = await memberText(zip, manifestName)
    const shared = sharedManifest(text)
    if (shared) return shared
    const value = jsonFrom(text)
    const video = VideoManifest.safeParse(value)
    if (video.success) return video.data
    const object = ObjectManifest.safeParse(value)
    if (!object.success) throw new RangeError(`it lists neither frames nor objects: ${firstIssue(video.error)}`)
    const linked = object.data.meta?.linked_video ?? 'the video archive'
    throw new Fault('MY3DIS_WITHOUT_MASKS', { path: zip.source.name, linked: linked.slice(0, 200) })
  })
}

/** Frames with the same objects share one list of them. Undefined where that is not sure: then each list is read by itself. */
function sharedManifest(text: string): VideoManifest | undefined {
  const shared = shareIds(text)
  if (shared === undefined) return undefined
  try {
    const video = VideoManifest.safeParse(parsePythonJson(shared.text))
    if (!video.success) return undefined
    return { ...video.data, frames: video.data.frames.map((row) => ({ ...row, objects: shared.listOf(row.objects) ?? row.objects })) }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The manifest's JSON. Throws RangeError where it is none. */
export async function manifestValue(zip: ZipArchive): Promise<unknown> {
  return jsonFrom(await memberText(zip, manifestName))
}

function jsonFrom(text: string): unknown {
  try {
    return parsePythonJson(text)
  } catch (error) {
    if (error instanceof SyntaxError) throw new RangeError(`it is no JSON (${error.message})`)
    throw error
  }
}

/** One frame is in memory at a time. */
async function readContents(zip: ZipArchive): Promise<Contents> {
  const entries = new Map<number, string>()
  const rows: FrameRow[] = []
  for (const name of zip.members.keys()) {
    if (frameFromEntry(name) === undefined) continue
    const row = await toldAsFault(memberPath(zip, name), async () => outlineOfFrame(buffered(await memberBytes(zip, name))))
    rows.push(row)
    if (!entries.has(row.frameIndex)) entries.set(row.frameIndex, name)
  }
  const repairs: Repair[] = [{ code: 'TRACKS_UNLISTED', params: { path: zip.source.name, frames: rows.length } }]
  return { rows, entries, scale: undefined, repairs }
}

export const memberPath = (zip: ZipArchive, name: string) => `${zip.source.name} (${name.slice(0, 120)})`
