// What a stage works on, and what it may work with: the two things that plans and devices have to know of each other.
import type { Resolution } from '#core/model/resolve'
import type { RunConfig } from '#core/run/run-config'

/** What a stage works on, as far as its cost depends on it. */
export type Workload = {
  readonly config: RunConfig
  readonly frameCount: number
  readonly width: number
  readonly height: number
  /** Which model each stage runs, for another model costs something else. */
  readonly models: readonly Resolution[]
}

export type Device = { readonly id: string; readonly title: string; readonly memoryBytes: number; readonly cores: number }
