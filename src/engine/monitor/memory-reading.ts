// Reads how much memory is in use below which limit: of our control groups, those around them, and the machine; the tightest counts.
import { freemem, totalmem } from 'node:os'
import { reasonOfError } from '#core/base/fault'
import type { MissingFile } from '#core/schedule/memory-admission'
import type { KillCounts, MemoryReading } from '#core/schedule/memory-policy'
import { type CgroupFiles, type FileReader, findCgroup, names } from './cgroup-files.ts'
import { countFromText, fieldsFromText, limitFromText, type MachineMemory, machineMemoryFromText, stalledFromText } from './cgroup-parse.ts'

export type MemorySource = {
  /** What is read, for the record: "/sys/fs/cgroup/app.scope (v2) and 2 groups around it; kills in …". */
  readonly description: string
  readonly missing: MissingFile | undefined
  /** Undefined when there is nothing at all to read. Rejects when a file that was there is gone or cannot be read any more. */
  read(): Promise<MemoryReading | undefined>
}

type Bound = { readonly usedBytes: number; readonly limitBytes: number; readonly limitedBy: string }

export const machineWords = 'the memory of this machine'

/** `now`: milliseconds of a clock that does not run backwards. On other systems than Linux `read` is not used. */
export async function openMemorySource(read: FileReader, now: () => number, platform: string = process.platform): Promise<MemorySource> {
  if (platform !== 'linux') return sourceElsewhere(platform, now)
  const { files, missing } = await findCgroup(read)
  return {
    description: files ? descriptionOf(files) : 'MemAvailable in /proc/meminfo; kills of the whole machine in /proc/vmstat',
    missing,
    read: async () => {
      // From the outside in: a kill between two readings then never looks like one of somebody else's.
      const bounds = [boundOfMachine(machineMemoryFromText(await read('/proc/meminfo')))]
      for (const folder of files?.groups.toReversed() ?? [])
        bounds.push(await (files?.version === 1 ? boundOfV1(read, folder, folder === files.groups[0]) : boundOfV2(read, folder)))
      const stalled = files?.pressureFile === undefined ? undefined : await orUndefined(read, files.pressureFile)
      const kills = await killCounts(read, files)
      const pressure = stalled ?? (await orUndefined(read, '/proc/pressure/memory'))
      return readingOf(bounds, { at: now(), stalledPercent: stalledFromText(pressure), kills, limitHits: await limitHits(read, files) })
    },
  }
}

/** Windows tells what is available; macOS gives memory back in ways that its numbers do not show, so nothing is concluded there. */
function sourceElsewhere(platform: string, now: () => number): MemorySource {
  const watched = platform === 'win32'
  return {
    description: watched ? 'free memory of this machine; kills are not counted here' : 'nothing: this system does not tell',
    missing: undefined,
    read: async () => {
      const bound = watched ? boundOfMachine({ totalBytes: totalmem(), availableBytes: freemem() }) : undefined
      return readingOf([bound], { at: now(), stalledPercent: undefined, kills: undefined, limitHits: undefined })
    },
  }
}

function readingOf(
  bounds: readonly (Bound | undefined)[],
  rest: Pick<MemoryReading, 'at' | 'stalledPercent' | 'kills' | 'limitHits'>,
): MemoryReading | undefined {
  const known = bounds.filter((bound) => bound !== undefined)
  if (known.length === 0) return undefined
  const share = (bound: Bound) => bound.usedBytes / Math.max(1, bound.limitBytes)
  const tightest = known.reduce((tight, bound) => (share(bound) >= share(tight) ? bound : tight))
  return { ...rest, ...tightest, smallestLimitBytes: Math.min(...known.map((bound) => bound.limitBytes)) }
}

function boundOfMachine(memory: MachineMemory | undefined): Bound | undefined {
  return memory && { usedBytes: memory.totalBytes - memory.availableBytes, limitBytes: memory.totalBytes, limitedBy: machineWords }
}

/** Undefined without a limit. `memory.high` counts as one: beyond it everything is slowed down until it stands. */
async function boundOfV2(read: FileReader, folder: string): Promise<Bound | undefined> {
  const limits = ['memory.max', 'memory.high'].map(async (name) => ({
    name,
    bytes: limitFromText(await orUndefined(read, `${folder}/${name}`)),
  }))
  const lowest = (await Promise.all(limits)).reduce((low, limit) => ((limit.bytes ?? Infinity) < (low.bytes ?? Infinity) ? limit : low))
  if (lowest.bytes === undefined) return undefined
  const stat = fieldsFromText(await orUndefined(read, `${folder}/memory.stat`))
  const usedBytes = withoutCache(await amount(read, `${folder}/${names[2].used}`), stat, '')
  return { usedBytes, limitBytes: lowest.bytes, limitedBy: `${folder}/${lowest.name}` }
}

/** A v1 group without hierarchy counts only itself, so one around us tells nothing of us. */
async function boundOfV1(read: FileReader, folder: string, own: boolean): Promise<Bound | undefined> {
  if (!own && countFromText(await orUndefined(read, `${folder}/memory.use_hierarchy`)) === 0) return undefined
  const stat = fieldsFromText(await orUndefined(read, `${folder}/memory.stat`))
  const set = limitFromText(await orUndefined(read, `${folder}/${names[1].limit}`))
  // Tells of limits around us too, also of those that a container does not see.
  const around = limitFromText(String(stat.get('hierarchical_memory_limit')))
  const limitBytes = Math.min(set ?? Infinity, around ?? Infinity)
  if (limitBytes === Infinity) return undefined
  const usedBytes = withoutCache(await amount(read, `${folder}/${names[1].used}`), stat, 'total_')
  const limitedBy = limitBytes === set ? `${folder}/${names[1].limit}` : `hierarchical_memory_limit in ${folder}/memory.stat`
  return { usedBytes, limitBytes, limitedBy }
}

/**
 * Cached file pages count as used, but the kernel drops them before it ends anybody; a stage that writes a large archive would look
 * like one that runs out of memory. Memory files (tmpfs) are not among them.
 */
function withoutCache(usedBytes: number, stat: ReadonlyMap<string, number>, prefix: '' | 'total_'): number {
  const cached = (stat.get(`${prefix}inactive_file`) ?? 0) + (stat.get(`${prefix}active_file`) ?? 0)
  return Math.max(0, usedBytes - cached)
}

async function killCounts(read: FileReader, files: CgroupFiles | undefined): Promise<KillCounts | undefined> {
  if (files && !files.kills) return undefined
  if (!files?.kills) {
    const others = fieldsFromText(await orUndefined(read, '/proc/vmstat')).get('oom_kill')
    return others === undefined ? undefined : { file: '/proc/vmstat', own: undefined, others }
  }
  const { file, shared } = files.kills
  // v2 groups around ours count our kills as well: what they have more are others'. The outermost has them all.
  const outermost = files.version === 2 && files.groups.length > 1 ? `${files.groups.at(-1)}/memory.events` : undefined
  const around = outermost === undefined ? undefined : await killsIn(read, outermost)
  const here = await killsIn(read, file)
  if (here === undefined) throw new Error(`${file} does not tell kills any more`)
  return shared ? { file, own: undefined, others: around ?? here } : { file, own: here, others: Math.max(0, (around ?? here) - here) }
}

async function killsIn(read: FileReader, file: string): Promise<number | undefined> {
  return fieldsFromText(await orUndefined(read, file)).get('oom_kill')
}

async function limitHits(read: FileReader, files: CgroupFiles | undefined): Promise<number | undefined> {
  if (!files) return undefined
  const [own] = files.groups
  if (files.version === 1) return countFromText(await orUndefined(read, `${own}/memory.failcnt`))
  return fieldsFromText(await orUndefined(read, `${own}/memory.events`)).get('max')
}

/** The amount in use, which has been there when the files were looked for. */
async function amount(read: FileReader, file: string): Promise<number> {
  const value = countFromText(await read(file))
  if (value === undefined) throw new Error(`${file} does not tell a number any more`)
  return value
}

/** For files of which each may be missing or closed without harm: what they would add is left out. */
async function orUndefined(read: FileReader, file: string): Promise<string | undefined> {
  return read(file).catch(() => undefined)
}

function descriptionOf({ version, groups, kills }: CgroupFiles): string {
  const around = groups.length - 1
  const more = around === 0 ? '' : ` and ${around} group${around === 1 ? '' : 's'} around it`
  const counted = kills ? `kills in ${kills.file}${kills.shared ? ', which counts others too' : ''}` : 'kills are not counted'
  return `${groups[0]} (v${version})${more}; ${counted}`
}

/** What to say when a watch that worked does not any more. */
export function lostWatch(error: unknown): MissingFile {
  const file = error instanceof Error && 'path' in error ? String(error.path) : 'the memory files'
  return {
    file,
    why: reasonOfError(error),
    remedy: 'Usual when this program was moved to another group; it is looked for again every second.',
  }
}
