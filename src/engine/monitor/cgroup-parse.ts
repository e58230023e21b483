// Reads the small text files in which Linux tells about control groups and memory. All tolerant: unknown lines are passed over.

/** Where a process is: its path in the v2 tree, and in the v1 tree that counts memory. Both may be there (hybrid). */
export type CgroupPaths = { readonly v2: string | undefined; readonly v1Memory: string | undefined }

/** `/proc/self/cgroup`: lines "id:controllers:path"; v2 is the one without id 0's controllers. */
export function cgroupPathsFromText(text: string): CgroupPaths {
  let v2: string | undefined
  let v1Memory: string | undefined
  for (const line of text.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === undefined) continue
    if (id === '0' && controllers === '') v2 = path
    if (controllers?.split(',').includes('memory')) v1Memory = path
  }
  return { v2, v1Memory }
}

export type CgroupMount = {
  readonly version: 1 | 2
  /** The group that is to be seen at `point`. */
  readonly root: string
  readonly point: string
}

/** `/proc/self/mountinfo`: the mounts of the v2 tree, and of the v1 tree that counts memory. */
export function cgroupMountsFromText(text: string): CgroupMount[] {
  return text.split('\n').flatMap((line): CgroupMount[] => {
    // "id parent dev root point options [tags...] - type source superOptions"
    const [before, after] = line.split(' - ')
    const [, , , root, point] = before?.split(' ') ?? []
    const [type, , superOptions] = after?.split(' ') ?? []
    if (root === undefined || point === undefined) return []
    const mount = { root: unescaped(root), point: unescaped(point) }
    if (type === 'cgroup2') return [{ version: 2, ...mount }]
    return type === 'cgroup' && superOptions?.split(',').includes('memory') ? [{ version: 1, ...mount }] : []
  })
}

/** The kernel writes blank, tab, newline and backslash of paths as octal numbers. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}

/** One number alone in a file. "max" and what v1 writes for it (near 2^63, a page less) are undefined, as is anything else. */
export function limitFromText(text: string | undefined): number | undefined {
  const value = countFromText(text)
  return value === undefined || value >= 2 ** 60 ? undefined : value
}

export function countFromText(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+\s*$/.test(text) ? Number(text) : undefined
}

/** Lines "name value": `memory.events`, `memory.stat`, `memory.oom_control`, `/proc/vmstat`. */
export function fieldsFromText(text: string | undefined): ReadonlyMap<string, number> {
  const fields = new Map<string, number>()
  for (const line of (text ?? '').split('\n')) {
    const [, name, value] = /^(\S+) (\d+)$/.exec(line.trimEnd()) ?? []
    if (name !== undefined) fields.set(name, Number(value))
  }
  return fields
}

/** `memory.pressure`: percent of the last ten seconds in which all tasks stood still. Undefined where the kernel does not measure it. */
export function stalledFromText(text: string | undefined): number | undefined {
  const found = /^full avg10=(\d+(?:\.\d+)?)/m.exec(text ?? '')
  return found ? Number(found[1]) : undefined
}

export type MachineMemory = { readonly totalBytes: number; readonly availableBytes: number }

/** `/proc/meminfo`; undefined when it does not tell both (kernels before 3.14). */
export function machineMemoryFromText(text: string | undefined): MachineMemory | undefined {
  const bytes = (name: string) => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text ?? '')
    return found ? Number(found[1]) * 1024 : undefined
  }
  const [totalBytes, availableBytes] = [bytes('MemTotal'), bytes('MemAvailable')]
  return totalBytes === undefined || availableBytes === undefined ? undefined : { totalBytes, availableBytes }
}
