// The words about prompts of an engine without pictures: for tests, and for the made-up engine of the pages.
import { Fault } from '#core/base/fault'
import type { implementApi } from './server.ts'

export function noPrompts(os: ReturnType<typeof implementApi>) {
  return {
    mask: os.prompts.mask.handler(({ input }) => {
      throw new Fault('FRAME_UNREADABLE', { frameIndex: input.frameIndex, file: 'none', reason: 'this engine has no pictures' })
    }),
    models: os.prompts.models.handler(() => ({ names: [], used: 'built-in', device: 'cpu', builtinDevice: 'cpu' })),
    list: os.prompts.list.handler(() => []),
    keep: os.prompts.keep.handler(({ input: { frameIndex, level } }) => {
      throw new Fault('PROMPT_UNUSABLE', { frameIndex, level, reason: 'this engine keeps none' })
    }),
    remove: os.prompts.remove.handler(() => ({})),
    track: os.prompts.track.handler(({ input }) => {
      throw new Fault('PROMPT_NOTHING_KEPT', { run: input.runId })
    }),
  }
}
