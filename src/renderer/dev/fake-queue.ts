// Made-up answers of queue, plan and registry, for working on the pages.
import type { RegistryRow, RunSummary } from '#api/api'
import type { QueueState } from '#api/queue-state'
import type { ApiBuilder } from '#api/server'
import { Fault } from '#core/base/fault'
import type { RunPlan } from '#core/run/run-plan'
import type { FakeRun } from './fake-run.ts'

/** Words of runs that the made-up runs do not answer by themselves. */
export function fakeRunActs(os: ApiBuilder, runOf: (id: string) => FakeRun) {
  return {
    plan: os.runs.plan.handler(({ input }) => fakePlan(input.output.includes('full'), input.rerunFrom)),
    startAll: os.runs.startAll.handler(({ input }) =>
      input.runs.map(({ scene }, i) =>
        i === 2 ? { scene, fault: { code: 'SCENE_WITHOUT_FRAMES', params: { path: scene } } } : { scene, runId: `r-${i}` },
      ),
    ),
    pause: os.runs.pause.handler(({ input }) => {
      const { state, name } = runOf(input.runId).record()
      throw new Fault('RUN_NOT_RUNNING', { run: name, state })
    }),
    continue: os.runs.continue.handler(({ input }) => ({ state: runOf(input.runId).record().state })),
    retry: os.runs.retry.handler(({ input }) => ({ state: runOf(input.runId).record().state })),
    describe: os.runs.describe.handler(() => fakeDescription),
    setPictures: os.runs.setPictures.handler(() => fakeDescription),
    export: os.runs.export.handler(async function* ({ input }) {
      for (let done = 0; done < 5; done += 1) {
        yield { done, total: 5 }
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      yield { done: 5, total: 5, written: { out: input.out, files: 6, notes: [] } }
    }),
    provenance: os.runs.provenance.handler(({ input }) => ({
      provenance: runOf(input.runId).record().provenance,
      configuration: runOf(input.runId).record().config,
    })),
  }
}

const fakeDescription = {
  program: 'scenewright' as const,
  folder: '/runs/fake',
  repairs: [],
  missing: [],
  documents: [],
  pictures: { folder: '/data/scene', found: 1, of: 1 },
}

function fakePlan(isFull: boolean, rerunFrom: string | undefined): RunPlan {
  const from = { runId: 'r-done', folder: '/runs/20261120_101500_bedroom_L2_4_6', name: 'bedroom, standard' }
  const basis = 'largest memory, and median time and disk per frame, of 5 runs with these settings'
  const stage = { fingerprint: 'f'.repeat(64), device: 'cpu', changed: [] }
  return {
    frameCount: 214,
    freeBytes: 81e9,
    stages: [
      {
        ...stage,
        stage: 'ssam',
        action: 'reuse',
        reason: 'Nothing it depends on has changed since run "bedroom, standard"; its result is taken over.',
        from,
      },
      {
        ...stage,
        stage: 'filter',
        action: 'run',
        reason: rerunFrom
          ? 'It was asked for: the run begins anew from here.'
          : 'config stages.filter.minArea changed from 300 to 500 since run "bedroom, standard".',
        changed: [{ key: 'config stages.filter.minArea', before: '300', after: '500' }],
        prediction: { durationMs: 2100, basis },
      },
      {
        ...stage,
        stage: 'tracker',
        action: 'run',
        reason: 'filter, which it needs, runs anew.',
        changed: [{ key: 'stage filter', before: '66e5cddf3ab9', after: 'c127b62b21f8' }],
        prediction: { durationMs: 312_000, memoryBytes: 640e6, diskBytes: 48e6, basis },
      },
      { ...stage, stage: 'report', action: 'run', reason: 'tracker, which it needs, runs anew.' },
    ],
    conflicts: isFull
      ? [
          {
            severity: 'error',
            code: 'DISK_NEARLY_FULL',
            title: 'The disk is nearly full',
            message: '/runs/full has 191 MiB free; this may need 8.4 GiB.',
            remedy: 'Free some space, or choose a folder on another disk.',
          },
        ]
      : [],
    total: { memoryBytes: 640e6 },
  }
}

export function fakeRegistry(os: ApiBuilder, list: () => RunSummary[]) {
  const notes = new Map<string, { tags: string[]; note: string }>()
  const state = { paused: false, parallel: 2 }
  const rows = (): RegistryRow[] =>
    [...list(), ...foreignRuns()].map((run) => ({ ...run, ...(notes.get(run.id) ?? { tags: [], note: '' }) }))
  const queueNow = (): QueueState => {
    const going = list().filter((run) => ['running', 'queued', 'pausing', 'paused', 'cancelling'].includes(run.state))
    return {
      ...state,
      cap: 1,
      capReason: 'memory is at 88 % of its limit (7.0 of 8.0 GiB)',
      entries: going.map((run, i) => ({
        runId: run.id,
        name: run.name,
        sceneName: run.sceneName,
        state: run.state,
        stage: run.stage,
        done: run.done,
        total: run.total,
        waitsFor: i === 0 ? '' : 'waits for its turn: 1 run is going, and while memory is short at most 1 of 2 may go at once',
      })),
      devices: [
        {
          id: 'cpu',
          title: 'CPU',
          cores: 8,
          memoryBytes: 32e9,
          leases: going.slice(0, 1).map((run) => ({ runId: run.id, stage: run.stage ?? 'ssam', memoryBytes: 5e9, cores: 1, ours: true })),
        },
        {
          id: 'cuda:0',
          title: 'NVIDIA RTX A6000',
          cores: 0,
          memoryBytes: 48e9,
          leases: [{ runId: 'other', stage: 'tracker', memoryBytes: 21e9, cores: 1, ours: false }],
        },
      ],
      memory: { state: 'tight', usedBytes: 7e9, limitBytes: 8e9, source: 'memory.max of the control group /user.slice' },
    }
  }
  return {
    queue: {
      watch: os.queue.watch.handler(async function* ({ signal }) {
        for (let before = ''; !signal?.aborted; ) {
          const now = queueNow()
          if (JSON.stringify(now) !== before) yield now
          before = JSON.stringify(now)
          await new Promise((resolve) => setTimeout(resolve, 250))
        }
      }),
      move: os.queue.move.handler(() => ({})),
      setPaused: os.queue.setPaused.handler(({ input }) => {
        state.paused = input.paused
        return {}
      }),
      setParallel: os.queue.setParallel.handler(({ input }) => {
        state.parallel = input.parallel
        return {}
      }),
    },
    registry: {
      search: os.registry.search.handler(({ input }) => {
        const words = input.text.toLowerCase()
        const found = rows().filter(
          (row) =>
            `${row.name} ${row.sceneName} ${row.folder} ${row.note} ${row.tags.join(' ')}`.toLowerCase().includes(words) &&
            (input.states.length === 0 || input.states.includes(row.state)) &&
            input.tags.every((tag) => row.tags.includes(tag)),
        )
        const tags = [...new Set(rows().flatMap((row) => row.tags))].sort()
        return { rows: found.slice(input.offset, input.offset + input.limit), total: found.length, tags }
      }),
      annotate: os.registry.annotate.handler(({ input }) => {
        notes.set(input.runId, { tags: input.tags, note: input.note })
        return {}
      }),
      size: os.registry.size.handler(() => ({ freedBytes: 1.9e9, totalBytes: 2.4e9, files: 31 })),
      delete: os.registry.delete.handler(() => ({})),
      scan: os.registry.scan.handler(({ input }) => ({ found: 41, added: 39, problems: [`${input.path}/scene_0031: run.json is cut`] })),
      exportHistory: os.registry.exportHistory.handler(() => ({ csv: 'timestamp,scene\n', rows: 1 })),
      importHistory: os.registry.importHistory.handler(() => ({ added: 12, known: 3, problems: ['line 7: 3 fields instead of 16'] })),
    },
  }
}

function foreignRuns(): RunSummary[] {
  return Array.from({ length: 60 }, (_, i): RunSummary => {
    const isIncomplete = i % 5 === 4
    const name = `scene_00${String(i).padStart(3, '0')}_00`
    return {
      id: `foreign-${i}`,
      name,
      state: isIncomplete ? 'incomplete' : 'foreign',
      folder: `/data/my3dis/v2/${name}`,
      sceneName: name,
      scenePath: `/data/multiscan/${name}`,
      frameCount: 40 + i,
      levels: [2, 4, 6],
      queuedAt: 1_760_000_000_000 + i * 4e6,
      done: 0,
      total: 0,
      counts: {},
      backends: {},
      fault: isIncomplete ? { code: 'RUN_FOLDER_EXPECTED', params: { path: name, reason: 'it has no workflow_summary.json' } } : undefined,
      warningCount: 0,
    }
  })
}
