// Tests of the device list, with small programs in place of nvidia-smi.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { gpuFromLine, listDevices } from './device-list.ts'

const folder = mkdtempSync(join(tmpdir(), 'devices-'))
afterAll(() => rmSync(folder, { recursive: true }))

function program(name: string, body: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

describe('listDevices', () => {
  it('has the CPU alone, and no complaint, where there is no driver', async () => {
    const { devices, problem } = await listDevices({ program: join(folder, 'absent') })
    expect(devices.map((device) => device.id)).toEqual(['cpu'])
    expect(devices[0]!.cores).toBeGreaterThan(0)
    expect(problem).toBeUndefined()
  })

  it('gives the CPU the tighter of limit and machine, and takes "unlimited" for no limit', async () => {
    const memory = async (memoryLimitBytes: number) =>
      (await listDevices({ program: join(folder, 'absent'), memoryLimitBytes })).devices[0]!.memoryBytes
    expect(await memory(2 ** 20)).toBe(2 ** 20)
    expect(await memory(2 ** 63)).toBe(totalmem())
    expect(await memory(0)).toBe(totalmem())
  })

  it.skipIf(process.platform === 'win32')('reads one row per GPU, in the order of the index, memory from MiB', async () => {
    const path = program('two', "printf '1, NVIDIA A, 81559, 9.0\\n0, NVIDIA B, 8192, 8.6\\n'")
    const { devices, problem } = await listDevices({ program: path })
    expect(devices.slice(1)).toEqual([
      { id: 'cuda:0', name: 'NVIDIA B', memoryBytes: 8192 * 2 ** 20, computeCapability: '8.6' },
      { id: 'cuda:1', name: 'NVIDIA A', memoryBytes: 81559 * 2 ** 20, computeCapability: '9.0' },
    ])
    expect(problem).toBeUndefined()
  })

  it.skipIf(process.platform === 'win32')('asks an old driver, which refuses compute_cap, for the rest', async () => {
    const path = program('old', 'case "$1" in *compute_cap*) exit 2;; esac\necho "0, Tesla K80, 11441"')
    expect((await listDevices({ program: path })).devices[1]).toMatchObject({ id: 'cuda:0', computeCapability: undefined })
  })

  it.skipIf(process.platform === 'win32')('says why a driver that is there gives no GPU', async () => {
    const broken = await listDevices({ program: program('broken', 'echo "cannot talk to the driver" >&2\nexit 9') })
    expect(broken.devices).toHaveLength(1)
    expect(broken.problem).toContain('fails')
    expect((await listDevices({ program: program('odd', 'echo "No devices were found"') })).problem).toContain('No devices were found')
  })
})

describe('gpuFromLine', () => {
  it('does not make a device out of a message or of unknown memory', () => {
    expect(gpuFromLine('No devices were found')).toBeUndefined()
    expect(gpuFromLine('0, NVIDIA GB10, [N/A], 12.1')).toBeUndefined()
  })
})
