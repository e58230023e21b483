// What a run asks for before a stage may begin, and what it is given: a lease on a device, memory and cores, until it gives it back.

export type LeaseWish = {
  readonly runId: string
  readonly stage: string
  readonly device: string
  /** Expected peak of the stage's worker. */
  readonly memoryBytes: number
  readonly cores: number
  /** Wants nothing else to run meanwhile: the second try of a stage that ran out of memory. */
  readonly alone: boolean
}

export type HeldLease = {
  readonly device: string
  readonly memoryBytes: number
  readonly cores: number
  /** A second call does nothing. */
  release(): void
}

export type Dispatcher = {
  /** Resolves when the stage may begin. `waits` is told the reason in words, again when it changes. Rejects with CANCELLED when `stop` aborts first. */
  acquire(wish: LeaseWish, stop: AbortSignal, waits: (reason: string) => void): Promise<HeldLease>
}
