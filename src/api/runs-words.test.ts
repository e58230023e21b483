// The words about runs, the queue and the registry keep their values over channels, and refuse what is out of bounds.
import { describe, expect, it } from 'vitest'
import { joinedChannels } from './joined-channels.ts'
import { connectEngine, faultFromCall } from './client.ts'
import { foreign, queue, service } from './engine-fixture.ts'
import { serveEngine } from './server.ts'

describe.each(Object.entries(joinedChannels))('over a %s', (_, joined) => {
  it('words of queue, plan and registry keep their values, fill in defaults, and refuse what is out of bounds', async () => {
    const [near, far] = joined()
    serveEngine(far, service())
    const { call } = connectEngine(near)
    for await (const state of await call.queue.watch()) expect(state).toEqual(queue)
    const plan = await call.runs.plan({ scene: 'demo', output: '/o', levels: [2, 4], rerunFrom: 'filter' })
    expect(plan.frameCount).toBe(2)
    expect(await call.runs.pause({ runId: 'r', mode: 'afterStage' })).toEqual({ state: 'afterStage' })
    expect(await call.runs.retry({ runId: 'r', stage: 'tracker' })).toEqual({ state: 'tracker' })
    expect(faultFromCall(await call.runs.continue({ runId: 'r' }).catch((error: unknown) => error)).code).toBe('RUN_IN_USE')
    const started = await call.runs.startAll({ runs: ['a', 'b'].map((scene) => ({ scene, output: '/o' })) })
    expect(started.map(({ runId, fault }) => runId ?? fault?.code)).toEqual(['r', 'SCENE_NOT_FOUND'])
    expect(await call.registry.search({})).toEqual({ rows: [], total: 100, tags: ['newest'] })
    expect((await call.runs.provenance({ runId: 'r' })).configuration.levels).toEqual([2, 4, 6])
    expect(await call.runs.describe({ runId: 'r' })).toEqual(foreign)
    expect((await call.runs.setPictures({ runId: 'r', path: '/new' })).pictures).toEqual({ folder: '/new', found: 3, of: 3 })
    const steps = []
    for await (const step of await call.runs.export({ runId: 'r', out: '/x', settings: { format: 'coco' } })) steps.push(step)
    expect(steps.at(-1)?.written).toEqual({ out: '/x', files: 1, notes: ['coco'] })
    for (const refused of [
      call.objects.annotate({ runId: 'r', objectId: 0, star: true }),
      call.objects.annotate({ runId: 'r', objectId: 1, note: 'x'.repeat(10_001) }),
      call.queue.setParallel({ parallel: 0 }),
      call.runs.startAll({ runs: [] }),
      call.runs.pause({ runId: 'r', mode: 'soon' as 'now' }),
    ])
      await expect(refused).rejects.toThrow()
  })
})
