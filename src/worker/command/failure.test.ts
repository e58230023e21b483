// Tests of the class of a failure: what is tried again, and what a person reads.
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { CommandDeclaration } from '#core/pipeline/command-stage'
import { failureOf, failureOfError } from './failure.ts'

const declaration = CommandDeclaration.parse({
  id: 'mesh',
  version: 1,
  program: { name: 'mesher' },
  argv: [],
  outputs: [{ name: 'mesh', path: 'mesh.ply' }],
  timeoutMs: 1000,
})
const seat = (tail: readonly string[] = []) => ({ declaration, attempt: 1, tail, log: 'logs/mesh.log', workFolder: tmpdir() })
const exit = (code: number) => ({ how: 'ended', code, signal: undefined, leftBehind: 0 }) as const
const coded = (code: string) => Object.assign(new Error(`${code}: it was so`), { code })

describe('the class of a failure', () => {
  it('is want of memory for the words that programs have for it, and for the code of a killed shell child', async () => {
    for (const words of ['torch.OutOfMemoryError: CUDA out of memory.', 'std::bad_alloc', 'MemoryError', 'mmap: Cannot allocate memory'])
      expect((await failureOf(exit(1), seat([words]))).retry, words).toBe('outOfMemory')
    expect((await failureOf(exit(137), seat())).retry).toBe('outOfMemory')
  })
  it('is none for words that lie far back, or for a crash that would only repeat itself', async () => {
    expect(
      (await failureOf(exit(1), seat(['out of memory, trying tiles', ...Array.from({ length: 20 }, () => 'tile done')]))).retry,
    ).toBeUndefined()
    expect((await failureOf({ how: 'ended', code: undefined, signal: 'SIGSEGV', leftBehind: 0 }, seat())).retry).toBeUndefined()
  })
  it('of a start is passing only when the system said not now', async () => {
    expect((await failureOf({ how: 'notStarted', error: coded('EAGAIN') }, seat())).retry).toBe('spawnFailed')
    const gone = await failureOf({ how: 'notStarted', error: coded('ENOENT') }, seat())
    expect([gone.retry, gone.fault.message.includes('interpreter')]).toEqual([undefined, true])
  })
  it('is a full disk, never tried again, whether the program met it or we did', async () => {
    expect(await failureOf(exit(1), seat(['write failed: No space left on device']))).toMatchObject({
      fault: { code: 'SCRATCH_FULL' },
      retry: undefined,
    })
    const ours = await failureOfError(coded('ENOSPC'), seat())
    expect(ours?.fault).toMatchObject({ code: 'SCRATCH_FULL', params: { stage: 'mesh', path: tmpdir() } })
    expect(Number(ours?.fault.params.freeBytes)).toBeGreaterThanOrEqual(0)
  })
  it('is told for a folder without rights, and left to be a bug for what nobody expected', async () => {
    expect((await failureOfError(coded('EROFS'), seat()))?.fault.code).toBe('FOLDER_NOT_WRITABLE')
    expect(await failureOfError(new TypeError('x is not a function'), seat())).toBeUndefined()
  })
})
