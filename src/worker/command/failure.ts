// Why a program failed: which class, so that it is tried again only where that may help, and which fault a person reads.
import { statfs } from 'node:fs/promises'
import { Fault } from '#core/base/fault'
import type { CommandDeclaration, RetryReason } from '#core/pipeline/command-stage'
import type { ProgramEnd } from './program-run.ts'

export type Failure = { readonly fault: Fault; readonly retry: RetryReason | undefined }

export type Seat = {
  readonly declaration: CommandDeclaration
  readonly attempt: number
  /** The last lines that the program said. */
  readonly tail: readonly string[]
  /** Path of the log in the run folder. */
  readonly log: string
  readonly workFolder: string
}

/** Reasons for which a start fails once and works a moment later. */
const passingCodes = ['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETXTBSY', 'EINTR']
const memoryWords =
  /out of memory|cannot allocate memory|std::bad_alloc|\bMemoryError\b|CUDA_ERROR_OUT_OF_MEMORY|heap limit Allocation failed/i
const busyWords = /\bEBUSY\b|resource temporarily unavailable|device or resource busy|text file busy|stale file handle|\bEAGAIN\b/i
const fullWords = /no space left on device|\bENOSPC\b|disk quota exceeded/i
/** Words of a cause stand near the end; further up they may belong to something that the program got over. */
const lastLines = 20

/** `killed` marks of a SIGKILL that was not ours: the kernel takes the largest process when memory is short. */
export async function failureOf(end: Exclude<ProgramEnd, { how: 'cancelled' }>, seat: Seat): Promise<Failure> {
  const { declaration, attempt, tail } = seat
  const told = { tool: declaration.program.name, stage: declaration.id, attempts: attempt, log: seat.log, tail: tail.join('\n') }
  if (end.how === 'timeout') {
    const seconds = declaration.timeoutMs / 1000
    return { fault: new Fault('TOOL_TIMEOUT', { ...told, seconds }), retry: 'timeout' }
  }
  if (end.how === 'notStarted') {
    const { code = '', message } = end.error
    const reason = code === 'ENOENT' ? 'its interpreter or its working folder is not there' : message
    return {
      fault: new Fault('TOOL_FAILED', { ...told, reason: `it cannot be started: ${reason}` }, end.error),
      retry: passingCodes.includes(code) ? 'spawnFailed' : undefined,
    }
  }
  const last = tail.slice(-lastLines).join('\n')
  if (fullWords.test(last)) return { fault: await scratchFull(seat, `${declaration.program.name} says so`), retry: undefined }
  const how = end.signal === undefined ? `it ended with code ${end.code}` : `it was ended by ${end.signal}`
  const said = tail.findLast((line) => line.trim() !== '')
  const reason = said === undefined ? `${how} and said nothing` : `${how}; the last thing it said is "${said}"`
  const killed = end.signal === 'SIGKILL' || end.code === 137
  const retry = killed || memoryWords.test(last) ? 'outOfMemory' : busyWords.test(last) ? 'ioBusy' : undefined
  return { fault: new Fault('TOOL_FAILED', { ...told, reason }), retry }
}

/** What our own reading and writing around the program threw, undefined when it is none of these. */
export async function failureOfError(error: unknown, seat: Seat): Promise<Failure | undefined> {
  const { declaration, tail, log } = seat
  if (error instanceof Fault) {
    const params = error.code === 'STAGE_OUTPUT_INVALID' ? { ...error.params, log, tail: tail.join('\n') } : error.params
    return { fault: new Fault(error.code, params, error), retry: undefined }
  }
  if (!(error instanceof Error) || !('code' in error)) return undefined
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return { fault: await scratchFull(seat, error.message), retry: undefined }
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS')
    return { fault: new Fault('FOLDER_NOT_WRITABLE', { path: seat.workFolder, reason: error.message }, error), retry: undefined }
  if (error.code !== 'EBUSY' && error.code !== 'EAGAIN') return undefined
  const params = { tool: declaration.program.name, stage: declaration.id, attempts: seat.attempt, log, reason: error.message }
  return { fault: new Fault('TOOL_FAILED', params, error), retry: 'ioBusy' }
}

async function scratchFull({ declaration, workFolder }: Seat, reason: string): Promise<Fault> {
  const { bavail, bsize } = await statfs(workFolder)
  return new Fault('SCRATCH_FULL', { stage: declaration.id, path: workFolder, freeBytes: bavail * bsize, reason })
}
