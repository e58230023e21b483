// Asks the NVIDIA driver once a second, through one long-lived nvidia-smi; says in a sentence why there is nothing to read.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type GpuReading = { readonly percent: number; readonly memoryBytes: number; readonly totalBytes: number }
export type GpuProbe = {
  /** A name ("NVIDIA H200, 139.8 GiB") or the reason why the GPU lanes are empty. */
  describe(): string
  /** Name and memory of the device that answered last, undefined when none does. */
  readonly name: string | undefined
  /** Newest reading summed over the devices, undefined when none is younger than 3 s. */
  read(): GpuReading | undefined
  close(): void
}

/** `program` is given in tests. The first second may pass before a reading is there. */
export function startGpuProbe(program = 'nvidia-smi'): GpuProbe {
  let reason = 'Waiting for nvidia-smi to answer.'
  let name: string | undefined
  const newest = new Map<string, GpuReading & { at: number }>()
  const child = spawn(
    program,
    ['--query-gpu=index,name,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits', '-lms', '1000'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  child.on('error', (error: NodeJS.ErrnoException) => {
    reason =
      error.code === 'ENOENT' ? 'No NVIDIA driver here: nvidia-smi was not found.' : `nvidia-smi could not be started: ${error.message}.`
  })
  child.on('exit', (code) => {
    newest.clear()
    if (name !== undefined || code !== null) reason = `nvidia-smi ended (code ${code})${said ? `: ${said}` : ''}.`
    name = undefined
  })
  let said = ''
  createInterface({ input: child.stderr }).on('line', (line) => {
    said = line.slice(0, 200)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reading = gpuReadingFromLine(line)
    if (!reading) {
      said = line.slice(0, 200)
      return
    }
    name = `${reading.name}, ${(reading.totalBytes / 2 ** 30).toFixed(1)} GiB`
    newest.set(reading.index, { ...reading, at: Date.now() })
  })
  return {
    describe: () => name ?? reason,
    get name() {
      return name
    },
    read: () => {
      const fresh = [...newest.values()].filter((reading) => Date.now() - reading.at < 3000)
      if (fresh.length === 0) return undefined
      return {
        percent: Math.max(...fresh.map((reading) => reading.percent)),
        memoryBytes: fresh.reduce((sum, reading) => sum + reading.memoryBytes, 0),
        totalBytes: fresh.reduce((sum, reading) => sum + reading.totalBytes, 0),
      }
    },
    close: () => child.kill(),
  }
}

/** One CSV line of the query above; memory comes in MiB. Undefined when the line is something else ("[N/A]", a message). */
export function gpuReadingFromLine(line: string): (GpuReading & { index: string; name: string }) | undefined {
  const [index, name, percent, used, total] = line.split(',').map((part) => part.trim())
  if (index === undefined || name === undefined || [percent, used, total].some((part) => part === undefined || !/^\d+(\.\d+)?$/.test(part)))
    return undefined
  return { index, name, percent: Number(percent), memoryBytes: Number(used) * 2 ** 20, totalBytes: Number(total) * 2 ** 20 }
}
