// Finds the files that tell about memory of the control group this process is in: v1, v2, both at once, and from within containers.
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path/posix'
import { reasonOfError } from '#core/base/fault'
import type { MissingFile } from '#core/schedule/memory-admission'
import { type CgroupMount, cgroupMountsFromText, cgroupPathsFromText, fieldsFromText } from './cgroup-parse.ts'

/** A file's text; undefined when it is not there. Rejects when it is there and cannot be read. */
export type FileReader = (path: string) => Promise<string | undefined>

export const readSystemFile: FileReader = async (path) => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    // ENODEV, EOPNOTSUPP: files of a controller, or of pressure, that this kernel shows but does not serve.
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'ENODEV', 'EOPNOTSUPP'].includes(String(error.code)))
      return undefined
    throw error
  }
}

export type CgroupFiles = {
  readonly version: 1 | 2
  /** Folders that count memory and hold this process, its own first, then outwards. At least one. */
  readonly groups: readonly string[]
  /** Where kills are counted; `shared` when that is not our own group but one around it, in which others are counted too. */
  readonly kills: { readonly file: string; readonly shared: boolean } | undefined
  readonly pressureFile: string | undefined
}

export type CgroupFinding = {
  readonly files: CgroupFiles | undefined
  /** The first thing that stands in the way of a full watch; the files may be there all the same, without kill counts. */
  readonly missing: MissingFile | undefined
}

export const names = {
  1: { used: 'memory.usage_in_bytes', limit: 'memory.limit_in_bytes', kills: ['memory.oom_control'] },
  // Events of a group count those of the groups within it too; the local file is what remains where the other is hidden.
  2: { used: 'memory.current', limit: 'memory.max', kills: ['memory.events', 'memory.events.local'] },
} as const

export async function findCgroup(read: FileReader): Promise<CgroupFinding> {
  const place = await placeOf(read)
  if ('missing' in place) return { files: undefined, missing: place.missing }
  const { version, folders, top } = place
  const { groups, denied } = await groupsThatCount(read, version, folders, top)
  const own = folders[0]!
  if (groups.length === 0) return { files: undefined, missing: denied ?? noGroup(own, top, version) }
  const { found, missing } = await killFile(read, version, groups)
  const pressureFile = version === 2 ? `${groups[0]}/memory.pressure` : undefined
  const kills = found === undefined ? undefined : { file: found, shared: dirname(found) !== own }
  return { files: { version, groups, kills, pressureFile }, missing: missing ?? denied }
}

type Place = { readonly version: 1 | 2; readonly folders: readonly string[]; readonly top: string }

/** The folders in which this process's group may be found, likeliest first, and the mount's own folder. */
async function placeOf(read: FileReader): Promise<Place | { readonly missing: MissingFile }> {
  const texts: string[] = []
  for (const file of ['/proc/self/cgroup', '/proc/self/mountinfo']) {
    const { text, why } = await attempt(read, file)
    if (text === undefined)
      return { missing: { file, why, remedy: 'Make /proc readable for this program; a container needs its own /proc.' } }
    texts.push(text)
  }
  const paths = cgroupPathsFromText(texts[0]!)
  // Where v1 counts memory, v2 does not, although it may be mounted beside it.
  const [version, path] = paths.v1Memory === undefined ? ([2, paths.v2] as const) : ([1, paths.v1Memory] as const)
  if (path === undefined) {
    const why = 'it names no group that could count memory'
    return { missing: { file: '/proc/self/cgroup', why, remedy: remedies.controller } }
  }
  const mounts = cgroupMountsFromText(texts[1]!).filter((mount) => mount.version === version)
  const mount = mounts.toSorted((a, b) => rank(b, path) - rank(a, path))[0]
  if (!mount) {
    const why = `no control groups (v${version}) that count memory are mounted`
    return { missing: { file: version === 2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory', why, remedy: remedies.mount } }
  }
  return { version, folders: foldersOf(mount, path), top: mount.point }
}

/** Of several mounts the one that shows most of the way to our group. */
function rank({ root }: CgroupMount, path: string): number {
  if (root === path) return 1e6
  if (root === '/') return 1
  return path.startsWith(`${root}/`) ? 1 + root.length : 0
}

/**
 * Without a namespace both paths count from the machine's root, so what the mount leaves out is cut off. In a namespace both count
 * from the container's own group. Where they do not fit together (".." or a path of the machine), the mount itself is the best there is.
 */
function foldersOf({ root, point }: CgroupMount, path: string): string[] {
  const folder = (relative: string) => (relative === '/' || relative === '' ? point : `${point === '/' ? '' : point}${relative}`)
  if (path.includes('/..')) return [point]
  if (root === '/') return [folder(path), point]
  if (path === root || path.startsWith(`${root}/`)) return [folder(path.slice(root.length)), point]
  return path === '/' ? [point] : [folder(path), point]
}

/** Our group and those around it, as far as they are to be seen and count memory. */
async function groupsThatCount(read: FileReader, version: 1 | 2, folders: readonly string[], top: string) {
  let denied: MissingFile | undefined
  for (const start of new Set(folders)) {
    const groups: string[] = []
    for (let folder = start; ; folder = dirname(folder)) {
      const file = `${folder}/${names[version].used}`
      const { text, why, exists } = await attempt(read, file)
      if (text !== undefined) groups.push(folder)
      else if (exists) denied ??= { file, why, remedy: remedies.rights }
      if (folder === top || folder.length <= top.length) break
    }
    if (groups.length > 0) return { groups, denied }
  }
  return { groups: [], denied }
}

async function killFile(read: FileReader, version: 1 | 2, groups: readonly string[]) {
  let missing: MissingFile | undefined
  // A v1 group counts only its own kills, so those around it tell nothing of us.
  for (const group of version === 1 ? groups.slice(0, 1) : groups)
    for (const name of names[version].kills) {
      const file = `${group}/${name}`
      const { text, why, exists } = await attempt(read, file)
      if (fieldsFromText(text).has('oom_kill')) return { found: file, missing: undefined }
      if (text !== undefined) missing ??= { file, why: 'it has no line oom_kill', remedy: remedies.kernel }
      else missing ??= { file, why, remedy: exists ? remedies.rights : remedies.kernel }
    }
  return { found: undefined, missing }
}

function noGroup(own: string, top: string, version: 1 | 2): MissingFile {
  const file = `${own}/${names[version].used}`
  if (own === top) return { file, why: 'this process is in the root group, which counts no memory', remedy: remedies.root }
  return { file, why: 'it is not there: neither this group nor those around it count memory', remedy: remedies.controller }
}

const remedies = {
  rights: 'Give the user that runs Scenewright the right to read that file, or start it in a session of that user.',
  kernel: 'Use Linux 4.13 or newer, which counts kills there.',
  mount:
    'In a container mount the control groups read-only (docker run -v /sys/fs/cgroup:/sys/fs/cgroup:ro); elsewhere mount them at /sys/fs/cgroup.',
  root: 'Start Scenewright in a group of its own: systemd-run --user --scope -p MemoryAccounting=yes scenewright',
  controller:
    'Switch the memory controller on: systemd-run --user --scope -p MemoryAccounting=yes scenewright; if that does not help, add cgroup_enable=memory to the kernel command line.',
}

async function attempt(read: FileReader, file: string) {
  try {
    const text = await read(file)
    return { text, why: 'it is not there', exists: text !== undefined }
  } catch (error) {
    return { text: undefined, why: reasonOfError(error), exists: true }
  }
}
