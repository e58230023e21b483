// The words about models keep their values over channels; a trial ends with its caller.
import { describe, expect, it } from 'vitest'
import { joinedChannels } from './joined-channels.ts'
import { connectEngine, faultFromCall } from './client.ts'
import { nothingSeen, service } from './engine-fixture.ts'
import { bench, shelf } from './models-fixture.ts'
import { serveEngine } from './server.ts'

describe.each(Object.entries(joinedChannels))('over a %s', (_, joined) => {
  it('words about models keep shapes, measurements and faults; a trial is left when its caller goes', async () => {
    const [near, far] = joined()
    const seen = nothingSeen()
    serveEngine(far, service(seen))
    const { call } = connectEngine(near)
    expect(await call.models.list()).toEqual(shelf)
    const shelves = []
    for await (const one of await call.models.watch()) shelves.push(one.models.length)
    expect(shelves).toEqual([1, 0])
    expect((await call.models.add({ paths: ['/a', '/b'] })).folder).toBe('/a,/b')
    const faultsOf = async (calls: readonly Promise<unknown>[]) =>
      Promise.all(
        calls.map((one) =>
          one.then(
            () => '',
            (error: unknown) => faultFromCall(error).code,
          ),
        ),
      )
    expect(
      await faultsOf([
        call.models.add({ paths: ['/a'], id: 'seg', link: true }),
        call.models.fetch({ what: 'sam-vit-b' }),
        call.models.fetch({ what: 'x', sha256: 'abc' }),
        call.models.add({ paths: [] }),
        call.models.remove({ id: '../runs' }),
      ]),
    ).toEqual(['MODEL_EXISTS', 'MODEL_WITHOUT_ADDRESS', 'CONFIG_INVALID', 'CONFIG_INVALID', 'CONFIG_INVALID'])
    expect((await call.models.verify({ id: 'seg' })).files[0]?.fault).toEqual({ code: 'MODEL_MISSING', params: { path: '/a' } })
    expect(await call.models.bench({ id: 'seg' })).toEqual(bench)
    const controller = new AbortController()
    const slow = call.models.test({ id: 'seg', provider: 'cuda' }, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('not wanted any more')), 20)
    await expect(slow).rejects.toThrow('not wanted')
    await expect.poll(() => seen.trialStopped).toBe(true)
  })
})
