// Whether a worker that was lost was ended for want of memory; and what a stage used, for the predictions of later ones.

export type MemoryJudge = {
  /** Taken when a stage begins, to be compared with when its worker is lost. */
  mark(): unknown
  /** Why it must have been memory, in words; undefined when nothing speaks for it. `reason` is the exit's ("SIGKILL", "code 137"). Looks once more before it answers. */
  judge(mark: unknown, reason: string): Promise<string | undefined>
}

export type StageUse = {
  readonly stage: string
  readonly device: string
  readonly memoryBytes: number
  readonly durationMs: number
  readonly diskBytes: number
}
