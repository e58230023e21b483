// Every tracked mask of a run of My3DIS once, as an export walks through them: time, masks, memory on the way. One JSON line.
// node bench/my3dis-read.ts <run folder> <cache folder>
import { openMy3dis } from '#engine/my3dis/my3dis-run'
import { framePlaces, walkFrames } from '../src/engine/export/frame-walk.ts'

/** Frames between two looks at memory. */
const every = 30
const [path = '', cacheFolder = ''] = process.argv.slice(2)
const { reader } = await openMy3dis({ path, cacheFolder })
const places = framePlaces((await reader.places()).filter(({ stage }) => stage === 'tracker'))
const memory: number[] = []
let [masks, bytes, frames] = [0, 0, 0]
const [begun, before] = [performance.now(), process.cpuUsage()]
for await (const found of walkFrames(reader, places, undefined)) {
  masks += found.maskCount
  bytes += found.bytes.length
  frames += 1
  if (frames % every === 0) memory.push(process.memoryUsage().rss)
}
const ms = performance.now() - begun
const { user, system } = process.cpuUsage(before)
await reader.close()
const half = Math.floor(memory.length / 2)
const [early, late] = [Math.max(...memory.slice(0, half)), Math.max(...memory.slice(half))]
const cpuMs = (user + system) / 1000
console.log(JSON.stringify({ ms, cpuMs, masks, frames, bytes, peakBytes: Math.max(early, late), lateMemory: late / early }))
