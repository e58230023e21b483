// Tests of finding and reading memory files, on the files of eleven kinds of machines and containers (fixtures/), one of them recorded.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type FileReader, findCgroup, readSystemFile } from './cgroup-files.ts'
import { cgroupMountsFromText, cgroupPathsFromText, limitFromText, machineMemoryFromText, stalledFromText } from './cgroup-parse.ts'
import { openFixture } from './memory-fixture.ts'
import { openMemorySource } from './memory-reading.ts'

const GiB = 2 ** 30
const fixtures = new URL('fixtures/', import.meta.url)
const find = async (name: string) => findCgroup(openFixture(name).read)
const source = async (name: string) => openMemorySource(openFixture(name).read, () => 1, 'linux')
const reading = async (name: string) => (await source(name)).read()

describe('findCgroup', () => {
  it.each([
    ['v2-session', 2, '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/app-scenewright-4711.scope', 5],
    ['v2-container', 2, '/sys/fs/cgroup', 1],
    ['v2-container-host-path', 2, '/sys/fs/cgroup', 1],
    ['v2-elsewhere', 2, '/mnt/control groups/my group', 1],
    ['hybrid', 1, '/sys/fs/cgroup/memory/user.slice/user-1000.slice', 3],
    ['v1-container', 1, '/sys/fs/cgroup/memory', 1],
    ['v1-machine', 1, '/sys/fs/cgroup/memory/batch/unit-1', 3],
  ])('finds the own group of %s and counts kills there, without a warning', async (name, version, own, groups) => {
    const { files, missing } = await find(name)
    expect(missing).toBeUndefined()
    expect(files).toMatchObject({ version, kills: { shared: false } })
    expect(files!.groups[0]).toBe(own)
    expect(files!.groups).toHaveLength(groups)
    expect(files!.kills!.file).toBe(`${own}/${version === 2 ? 'memory.events' : 'memory.oom_control'}`)
  })

  it('counts in the group around, and knows that others are counted there too, when the own group has no memory files', async () => {
    const { files, missing } = await find('v2-controller-off')
    expect(missing).toBeUndefined()
    expect(files!.kills).toEqual({ file: '/sys/fs/cgroup/user.slice/user-1000.slice/memory.events', shared: true })
  })

  it.each([
    ['no-proc', '/proc/self/cgroup', 'it is not there', /\/proc/],
    ['no-mount', '/sys/fs/cgroup', 'no control groups (v2) that count memory are mounted', /mount the control groups/],
    ['v2-root', '/sys/fs/cgroup/memory.current', 'this process is in the root group, which counts no memory', /systemd-run/],
    ['v1-old', '/sys/fs/cgroup/memory/batch/job/memory.oom_control', 'it has no line oom_kill', /Linux 4\.13/],
    ['unreadable', '/sys/fs/cgroup/lab/memory.events', expect.stringContaining('EACCES'), /right to read/],
  ])('says of %s which file is missing, why, and what to do', async (name, file, why, remedy) => {
    expect((await find(name)).missing).toEqual({ file, why, remedy: expect.stringMatching(remedy) })
  })

  it('is tried on every fixture, so that none is forgotten', async () => {
    for (const name of readdirSync(fixtures)) {
      const { files, missing } = await find(name.replace('.json', ''))
      expect(files?.kills !== undefined || missing !== undefined, name).toBe(true)
    }
  })
})

describe('openMemorySource', () => {
  it('takes the tightest limit of all groups around us, memory.high included, and leaves cached files out', async () => {
    expect(await reading('v2-session')).toMatchObject({
      usedBytes: 4 * GiB,
      limitBytes: 6 * GiB,
      smallestLimitBytes: 6 * GiB,
      limitedBy: '/sys/fs/cgroup/user.slice/user-1000.slice/memory.high',
      stalledPercent: 1.5,
      limitHits: 7,
    })
  })

  it('counts a kill once although every group around counts it again, and those of neighbours apart', async () => {
    expect((await reading('v2-session'))!.kills).toMatchObject({ own: 1, others: 3 })
    expect((await reading('v2-controller-off'))!.kills).toMatchObject({ own: undefined, others: 5 })
    expect((await reading('hybrid'))!.kills).toMatchObject({ own: 1 })
  })

  it('sees the limit of a container, also one that only memory.stat tells of', async () => {
    expect(await reading('v2-container')).toMatchObject({ usedBytes: GiB, limitBytes: 2 * GiB })
    expect(await reading('v1-container')).toMatchObject({
      usedBytes: GiB,
      limitBytes: 3 * GiB,
      limitedBy: expect.stringContaining('hierarchical'),
    })
  })

  it('takes system-wide pressure where the group has none', async () => {
    expect((await reading('hybrid'))!.stalledPercent).toBe(3)
  })

  it('does not take the memory of a v1 group that does not add up its children for ours', async () => {
    expect(await reading('v1-old')).toMatchObject({ usedBytes: GiB, limitBytes: 4 * GiB, kills: undefined })
  })

  it('takes the memory of the machine where no group has a limit', async () => {
    const found = await reading('v1-machine')
    expect(found).toMatchObject({ limitedBy: 'the memory of this machine', kills: { own: 0, others: 0 } })
    expect(found!.usedBytes).toBeLessThan(found!.limitBytes)
  })

  it.each(['no-proc', 'no-mount', 'v2-root'])('reads free memory and kills of the whole machine for %s', async (name) => {
    expect(await reading(name)).toMatchObject({
      usedBytes: 8 * GiB,
      limitBytes: 32 * GiB,
      kills: { file: '/proc/vmstat', own: undefined, others: 2 },
    })
  })

  it('rejects, instead of telling old numbers, when the group goes away later', async () => {
    const fixture = openFixture('v2-container')
    const open = await openMemorySource(fixture.read, () => 1, 'linux')
    fixture.set('/sys/fs/cgroup/memory.current', undefined)
    await expect(open.read()).rejects.toThrow('/sys/fs/cgroup/memory.current')
  })

  it('concludes nothing on macOS, and warns of nothing there', async () => {
    const never: FileReader = async (path) => expect.unreachable(path)
    const open = await openMemorySource(never, () => 1, 'darwin')
    expect(open.missing).toBeUndefined()
    expect(await open.read()).toBeUndefined()
    expect((await (await openMemorySource(never, () => 1, 'win32')).read())!.limitBytes).toBeGreaterThan(0)
  })

  it.skipIf(process.platform !== 'linux')('gives on this machine a reading, or says what is missing', async () => {
    const open = await openMemorySource(readSystemFile, () => 1)
    const found = await open.read()
    if (found) expect(found.usedBytes / found.limitBytes).toBeGreaterThan(0)
    else expect(open.missing).toBeDefined()
  })
})

describe('readSystemFile', () => {
  it('tells a file that is missing from one that cannot be read', async () => {
    expect(await readSystemFile('/no/such/file')).toBeUndefined()
    await expect(readSystemFile(fixtures.pathname)).rejects.toThrow('EISDIR')
    expect(await readSystemFile(new URL('v2-root.json', fixtures).pathname)).toBe(readFileSync(new URL('v2-root.json', fixtures), 'utf8'))
  })
})

describe('the texts of the kernel', () => {
  it('tell nothing rather than something wrong when they are not as expected', () => {
    expect(cgroupPathsFromText('rubbish\n3:cpu:/x\n')).toEqual({ v2: undefined, v1Memory: undefined })
    expect(cgroupPathsFromText('0::/a:b\n').v2).toBe('/a:b')
    expect(cgroupMountsFromText('rubbish\n\n')).toEqual([])
    expect(limitFromText('max\n')).toBeUndefined()
    expect(limitFromText('9223372036854771712\n')).toBeUndefined()
    expect(limitFromText('4096\n')).toBe(4096)
    expect(stalledFromText('some avg10=9.00 avg60=0 avg300=0 total=1\n')).toBeUndefined()
    expect(machineMemoryFromText('MemTotal: 5 kB\n')).toBeUndefined()
  })
})
