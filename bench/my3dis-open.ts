// One cold opening of a run of My3DIS up to the first picture, in a process of its own: times, bytes read from files, memory. One JSON line.
// node --expose-gc bench/my3dis-open.ts <run folder> <cache folder>
import { createReadStream, readFileSync, type ReadStream } from 'node:fs'
import fs from 'node:fs'
import promises, { type FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { performance } from 'node:perf_hooks'

/** Until the first line of ours runs: starting Node. */
const startMs = performance.now()
const read = { bytes: 0, calls: 0, largest: 0 }
const count = (bytes: number) => {
  read.bytes += bytes
  read.calls += 1
  read.largest = Math.max(read.largest, bytes)
}
countReads()
const { openMy3dis } = await import('#engine/my3dis/my3dis-run')
const { paintLabelRaster } = await import('#core/mask/label-raster')
const { rleFromString } = await import('#core/mask/rle')
const { FrameMasks } = await import('#core/segment/frame-masks')
const [path = '', cacheFolder = ''] = process.argv.slice(2)

const system = systemBytes()
const loadMs = performance.now() - startMs
const [begun, beforeCpu] = [performance.now(), process.cpuUsage()]
const { description, reader, record, problems } = await openMy3dis({ path, cacheFolder })
const places = await reader.places()
const openMs = performance.now() - begun
const openBytes = read.bytes
const first = record.frameIndices[0] ?? 0
const kept: unknown[] = []
let masks = 0
for (const { level } of places.filter(({ stage }) => stage === 'tracker')) {
  const found = await reader.masks('tracker', level, first)
  if (!found) continue
  const frame = FrameMasks.parse(JSON.parse(new TextDecoder().decode(found.bytes)))
  const [height, width] = frame.size
  const rles = frame.masks.map(({ counts }) => rleFromString(counts, [height, width]))
  kept.push(frame, paintLabelRaster(rles, width, height))
  masks += frame.masks.length
}
const firstPictureMs = performance.now() - begun
const { user, system: kernel } = process.cpuUsage(beforeCpu)
const pictureBytes = read.bytes
const systemRead = systemBytes() - system
// Twice: what only the first collection made unreachable goes with the second.
for (let i = 0; i < 2; i += 1) globalThis.gc?.()
const memoryBytes = process.memoryUsage().rss
const heapBytes = process.memoryUsage().heapUsed
const [tracksBegun, beforeTracks] = [performance.now(), read.bytes]
const { tracks } = await reader.tracks()
console.log(
  JSON.stringify({
    startMs,
    loadMs,
    openMs,
    firstPictureMs,
    firstPictureCpuMs: (user + kernel) / 1000,
    openBytes,
    frameBytes: pictureBytes - openBytes,
    systemBytes: systemRead,
    reads: read.calls,
    largestRead: read.largest,
    memoryBytes,
    heapBytes,
    frames: record.frameIndices.length,
    levels: description.levels.length,
    firstFrameMasks: masks,
    tracks: tracks.length,
    tracksMs: performance.now() - tracksBegun,
    tracksBytes: read.bytes - beforeTracks,
    repairs: (await problems()).length,
    kept: kept.length,
  }),
)
await reader.close()

/** Every way of reading that Node offers: whole files, ranges of handles, streams. Written into the modules that others import. */
function countReads(): void {
  const { open, readFile } = promises
  const counted = (handle: FileHandle): FileHandle => {
    const { read: readRange, readFile: readWhole } = handle
    handle.read = new Proxy(readRange, {
      async apply(target, _, words: Parameters<typeof readRange>) {
        const done = await Reflect.apply(target, handle, words)
        count(done.bytesRead)
        return done
      },
    })
    handle.readFile = new Proxy(readWhole, {
      async apply(target, _, words: Parameters<typeof readWhole>) {
        const whole = await Reflect.apply(target, handle, words)
        count(whole.length)
        return whole
      },
    })
    return handle
  }
  promises.open = async (...words: Parameters<typeof open>) => counted(await open(...words))
  promises.readFile = new Proxy(readFile, {
    async apply(target, self, words: Parameters<typeof readFile>) {
      const whole = await Reflect.apply(target, self, words)
      count(Buffer.byteLength(whole))
      return whole
    },
  })
  fs.createReadStream = new Proxy(createReadStream, {
    apply(target, self, words: Parameters<typeof createReadStream>): ReadStream {
      const stream = Reflect.apply(target, self, words)
      return stream.on('close', () => count(stream.bytesRead))
    },
  })
  syncBuiltinESMExports()
}

/** What the system counts for the whole process, program text included; 0 where it does not tell. A check of the counting above. */
function systemBytes(): number {
  try {
    return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
